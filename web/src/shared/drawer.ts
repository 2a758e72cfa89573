// A drawer that survives closing the page: IndexedDB as a map, one store a matter.

const STORES = ["keys", "codes", "visits", "kits"] as const;
export type Store = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("kangma", 1);
    request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run<T>(store: Store, mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(store, mode);
  const request = act(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const read = <T>(store: Store, key: string): Promise<T | undefined> => run(store, "readonly", (s) => s.get(key));
export const keep = (store: Store, key: string, value: unknown) => run(store, "readwrite", (s) => s.put(value, key));
export const drop = (store: Store, key: string) => run(store, "readwrite", (s) => s.delete(key));
export const all = <T>(store: Store): Promise<T[]> => run(store, "readonly", (s) => s.getAll());
