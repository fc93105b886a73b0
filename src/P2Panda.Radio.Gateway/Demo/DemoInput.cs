using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Radio.Gateway.Commands;

namespace P2Panda.Radio.Gateway.Demo;

/// <summary>Reads complete logs in the form of <c>tests/vectors/bamboo/entries_logs.json</c>: logs → entries → entry, payload (hex).</summary>
internal static class DemoInput
{
    /// <exception cref="CommandFailure">The file cannot be read, or an entry in it is refused.</exception>
    public static IReadOnlyList<IReadOnlyList<VerifiedEntry>> Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return [.. document.RootElement.GetProperty("logs").EnumerateArray().Select(ReadLog)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{file}: {failure.Message}");
        }
    }

    private static List<VerifiedEntry> ReadLog(JsonElement log) =>
    [
        .. log.GetProperty("entries").EnumerateArray().Select(entry =>
        {
            var result = BambooEntry.VerifyHex(entry.GetProperty("entry").GetString()!, entry.GetProperty("payload").GetString()!);
            return result.Entry ?? throw new CommandFailure(
                ExitCode.Failure, $"{entry.GetProperty("name").GetString()}: refused: {result.Refusal}");
        }),
    ];
}
