// Reads QR symbols where the browser cannot: loaded by the gate's page alone, and only when needed.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

export async function load(wasm: string): Promise<(image: ImageData) => Promise<string | undefined>> {
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (image) => {
    const found = await readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true });
    return found[0]?.isValid ? found[0].text : undefined;
  };
}
