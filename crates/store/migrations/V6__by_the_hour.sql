-- Only itineraries are asked for by time. For everything else this index was one more page to write for every item.
DROP INDEX evidence_by_kind;
CREATE INDEX evidence_itinerary ON evidence (happened_at, id) WHERE kind = 'itinerary';
-- What falls due lies by the hour and then by person: whoever decides many people in the order of people writes a few pages of
-- each hour, and not one for each of them.
DROP INDEX standing_due;
CREATE INDEX standing_due ON standing (next_change / 3600000, person, next_change) WHERE next_change IS NOT NULL;
