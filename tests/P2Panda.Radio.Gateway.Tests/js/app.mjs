// An app: publishes a schema and documents of it through shirokuma's Session, updates each and deletes one.
// Usage: node app.mjs ENDPOINT DOCUMENTS. Prints one JSON object.
import { Session, KeyPair, OperationFields, initWebAssembly } from "shirokuma";

const [endpoint, count] = process.argv.slice(2);
await initWebAssembly();
const keyPair = new KeyPair();
const session = new Session(endpoint).setKeyPair(keyPair);

const fieldIds = [];
for (const [name, type] of [["text", "str"], ["sent", "int"]]) {
  fieldIds.push(await session.create({ name, type }, { schemaId: "schema_field_definition_v1" }));
}
const definition = new OperationFields();
definition.insert("name", "str", "note");
definition.insert("description", "str", "A note");
definition.insert("fields", "pinned_relation_list", fieldIds.map(id => [id].flat()));
const definitionId = await session.create(definition, { schemaId: "schema_definition_v1" });
const schemaId = "note_" + definitionId;
session.setSchemaId(schemaId);

const views = [];
for (let i = 0; i < Number(count); i++) {
  const created = await session.create({ text: `note ${i}`, sent: BigInt(i) });
  views.push(await session.update({ text: `note ${i}, again` }, created));
}
const deleted = await session.delete(views[0]);
let refusal = "";
try {
  await session.update({ text: "too late" }, deleted);
} catch (failure) {
  refusal = failure.response?.errors?.[0]?.message ?? String(failure);
}
console.log(JSON.stringify({ publicKey: keyPair.publicKey(), schemaId, views, deleted, refusal }));
