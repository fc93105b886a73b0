using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>
/// An entry as a JSON line: what <c>entries export</c> prints and <c>entries import</c> and <c>publish</c> read. Only <c>entry</c> and
/// <c>operation</c> are needed on the way in. 64-bit numbers are texts, bytes lower-case hexadecimal.
/// </summary>
internal sealed record EntryRecord
{
    [JsonPropertyName("format")]
    public int Format { get; init; } = (int)LogFormat.Bamboo;

    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("author")]
    public string? Author { get; init; }

    [JsonPropertyName("logId")]
    public string? LogId { get; init; }

    [JsonPropertyName("seqNum")]
    public string? SequenceNumber { get; init; }

    [JsonPropertyName("entry")]
    public required string Entry { get; init; }

    [JsonPropertyName("operation")]
    public required string Operation { get; init; }

    public static EntryRecord From(StoredEntry stored) =>
        From(stored.Log, stored.SequenceNumber, stored.Id, stored.EntryBytes, stored.PayloadBytes);

    public static EntryRecord From(VerifiedEntry entry) =>
        From(entry.Log, entry.SequenceNumber, entry.Id, entry.EntryBytes, entry.PayloadBytes);

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Verifies the entry this record holds.</summary>
    /// <exception cref="CommandFailure">It is refused; the message gives the reason.</exception>
    public VerifiedEntry Verify(string origin)
    {
        if (Format != (int)LogFormat.Bamboo)
        {
            throw new CommandFailure(ExitCode.Failure, $"{origin}: log format {Format} is not known here");
        }

        var result = BambooEntry.VerifyHex(Entry, Operation);
        return result.Entry ?? throw new CommandFailure(ExitCode.Failure, $"{origin}: refused: {result.Refusal}");
    }

    private static EntryRecord From(
        LogKey log, ulong sequenceNumber, EntryId id, ReadOnlyMemory<byte> entry, ReadOnlyMemory<byte>? payload) => new()
        {
            Format = (int)log.Format,
            Id = id.ToString(),
            Author = log.Author.ToString(),
            LogId = log.LogId.ToString(),
            SequenceNumber = sequenceNumber.ToString(CultureInfo.InvariantCulture),
            Entry = Convert.ToHexStringLower(entry.Span),
            Operation = payload is { } bytes ? Convert.ToHexStringLower(bytes.Span) : string.Empty,
        };
}
