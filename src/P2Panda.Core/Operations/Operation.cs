using P2Panda.Core.Bamboo;
using P2Panda.Core.Cbor;

namespace P2Panda.Core.Operations;

/// <summary>
/// An operation on a document, its values not yet checked against a schema. The bytes are kept as they came, since they are what the
/// entry's payload hash is about.
/// </summary>
public sealed class Operation
{
    /// <summary>The only version of operations there is.</summary>
    public const int Version = 1;

    private Operation(
        OperationAction action, SchemaId schemaId, DocumentViewId? previous, PlainFields? fields, ReadOnlyMemory<byte>? encoded)
    {
        Action = action;
        SchemaId = schemaId;
        Previous = previous;
        Fields = fields;
        EncodedBytes = encoded ?? Encode();
    }

    /// <summary>What the operation does.</summary>
    public OperationAction Action { get; }

    /// <summary>The schema the document claims to follow.</summary>
    public SchemaId SchemaId { get; }

    /// <summary>The state the author saw; absent for a create.</summary>
    public DocumentViewId? Previous { get; }

    /// <summary>The fields set; absent for a delete.</summary>
    public PlainFields? Fields { get; }

    /// <summary>The payload of an entry.</summary>
    public ReadOnlyMemory<byte> EncodedBytes { get; }

    /// <summary>An operation that makes a document.</summary>
    public static Operation Create(SchemaId schemaId, PlainFields fields) => new(OperationAction.Create, schemaId, null, fields, null);

    /// <summary>An operation that changes some fields of a document.</summary>
    public static Operation Update(SchemaId schemaId, DocumentViewId previous, PlainFields fields) =>
        new(OperationAction.Update, schemaId, previous, fields, null);

    /// <summary>An operation that removes a document.</summary>
    public static Operation Delete(SchemaId schemaId, DocumentViewId previous) =>
        new(OperationAction.Delete, schemaId, previous, null, null);

    /// <summary>
    /// Reads an operation from an entry's payload. As tolerant as other p2panda software about everything but hashes of an unknown kind
    /// and an outer array of unstated length; bytes behind the operation do no harm.
    /// </summary>
    /// <param name="payload">The payload; not copied.</param>
    /// <param name="maxLength">Longest payload looked at, in bytes.</param>
    public static OperationResult Decode(ReadOnlyMemory<byte> payload, int maxLength = BambooEntry.DefaultMaxPayloadLength) =>
        OperationReader.Read(payload, maxLength);

    internal static Operation FromDecoded(
        OperationAction action, SchemaId schemaId, DocumentViewId? previous, PlainFields? fields, ReadOnlyMemory<byte> encoded) =>
        new(action, schemaId, previous, fields, encoded);

    /// <summary>Array of version, action, schema id and then previous and fields, where the action has them.</summary>
    private byte[] Encode()
    {
        var writer = new CborWriter();
        writer.WriteHeader(CborMajorType.Array, 3UL + (Previous is null ? 0UL : 1UL) + (Fields is null ? 0UL : 1UL));
        writer.WriteInteger(Version);
        writer.WriteInteger((long)Action);
        writer.WriteText(SchemaId.Text);
        if (Previous is not null)
        {
            PlainValue.WriteIds(writer, Previous.OperationIds);
        }

        if (Fields is not null)
        {
            writer.WriteHeader(CborMajorType.Map, (ulong)Fields.Count);
            foreach (var (name, value) in Fields)
            {
                writer.WriteText(name);
                value.Write(writer);
            }
        }

        return writer.ToArray();
    }
}
