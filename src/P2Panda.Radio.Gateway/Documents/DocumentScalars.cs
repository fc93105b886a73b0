using P2Panda.Core.Hashing;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.Documents;

/// <summary>Scalars of aquadoggo's queries, beside those that publishing has too. All are texts.</summary>
internal static class DocumentScalars
{
    public static ScalarType DocumentId { get; } = ScalarType.Text(
        "DocumentId", "The id of a p2panda document.", text => Yasmf.TryParse(text, out var id) ? id : null);

    public static ScalarType HexBytes { get; } = ScalarType.Text(
        "HexBytes", "Bytes encoded as a hexadecimal string.", ParseBytes);

    public static ScalarType Cursor { get; } = ScalarType.Text("Cursor", "The cursor used in paginated queries.", text => text);

    private static byte[]? ParseBytes(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }
}
