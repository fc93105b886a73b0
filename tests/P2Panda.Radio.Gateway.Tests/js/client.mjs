// One author of an app: publishes what it is told through shirokuma's Session.
// Usage: node client.mjs ENDPOINT. Prints its public key, then answers each line {"action", "schemaId", "previous", "fields": [[name, type,
// value], ...]} on standard input with {"id"} or {"refusal"}.
import { createInterface } from "node:readline";
import { Session, KeyPair, OperationFields, initWebAssembly } from "shirokuma";

await initWebAssembly();
const keyPair = new KeyPair();
const session = new Session(process.argv[2]).setKeyPair(keyPair);
console.log(JSON.stringify({ publicKey: keyPair.publicKey() }));

const publish = ({ action, schemaId, previous, fields }) => {
  const options = { schemaId };
  if (action === "delete") {
    return session.delete(previous, options);
  }
  const operationFields = new OperationFields();
  for (const [name, type, value] of fields) {
    operationFields.insert(name, type, type === "int" ? BigInt(value) : value);
  }
  return action === "create" ? session.create(operationFields, options) : session.update(operationFields, previous, options);
};

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ id: await publish(JSON.parse(line)) }));
  } catch (failure) {
    console.log(JSON.stringify({ refusal: failure.response?.errors?.[0]?.message ?? String(failure) }));
  }
}
