using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Operations;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.Documents;

/// <summary>The scalars that name documents and what is in them, as aquadoggo has them.</summary>
internal static class DocumentScalars
{
    public static ScalarType DocumentId { get; } = ScalarType.Text(
        "DocumentId", "The id of a p2panda document.", text => Yasmf.TryParse(text, out var id) ? id : null);

    public static ScalarType DocumentViewId { get; } = ScalarType.Text(
        "DocumentViewId",
        "The id of a view of a document: the newest operations it shows, joined by underscores.",
        text => Core.Operations.DocumentViewId.TryParse(text, out var id) ? id : null);

    public static ScalarType PublicKey { get; } = ScalarType.Text(
        "PublicKey", "Public key that signed the entry.", text => Core.Keys.PublicKey.TryParse(text, out var key) ? key : null);

    public static ScalarType HexBytes { get; } = ScalarType.Text(
        "HexBytes", "Bytes encoded as a hexadecimal string.", ParseBytes);

    public static ScalarType Cursor { get; } = ScalarType.Text("Cursor", "The cursor used in paginated queries.", text => text);

    private static byte[]? ParseBytes(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }
}
