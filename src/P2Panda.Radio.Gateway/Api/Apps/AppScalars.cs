using System.Buffers;
using P2Panda.Core.Bamboo;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary>Scalars of aquadoggo's client API; all are texts. Arguments are read as the types named here.</summary>
internal static class AppScalars
{
    /// <summary>Read as <see cref="Core.Keys.PublicKey"/>.</summary>
    public static ScalarType PublicKey { get; } = ScalarType.Text(
        "PublicKey", "An author's Ed25519 public key, 64 hexadecimal digits.", text => Core.Keys.PublicKey.TryParse(text, out var key) ? key : null);

    /// <summary>Read as <see cref="Core.Operations.DocumentViewId"/>.</summary>
    public static ScalarType DocumentViewId { get; } = ScalarType.Text(
        "DocumentViewId",
        "A state of a document: the ids of the operations nobody had built upon, in their order, with underscores between them.",
        text => Core.Operations.DocumentViewId.TryParse(text, out var view) ? view : null);

    /// <summary>Read as an array of bytes.</summary>
    public static ScalarType EncodedEntry { get; } = ScalarType.Text(
        "EncodedEntry", "A signed Bamboo entry, hexadecimal.", text => ReadHex(text, BambooFields.MaxLength));

    /// <summary>Read as an array of bytes.</summary>
    public static ScalarType EncodedOperation { get; } = ScalarType.Text(
        "EncodedOperation", "The entry's operation, CBOR, hexadecimal.", text => ReadHex(text, BambooEntry.DefaultMaxPayloadLength));

    public static ScalarType EntryHash { get; } = ScalarType.Text("EntryHash", "The id of an entry, 68 hexadecimal digits.", text => text);

    public static ScalarType LogId { get; } = ScalarType.Text("LogId", "Number of a log of an author, decimal digits.", text => text);

    public static ScalarType SeqNum { get; } = ScalarType.Text("SeqNum", "Place of an entry in its log, decimal digits.", text => text);

    private static byte[]? ReadHex(string text, int maxLength)
    {
        // Too long ones are as good as none, before anything is allocated for them. Some room, so that what is a little too long is told why.
        if (text.Length == 0 || text.Length % 2 != 0 || text.Length > 4 * maxLength)
        {
            return null;
        }

        var bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }
}
