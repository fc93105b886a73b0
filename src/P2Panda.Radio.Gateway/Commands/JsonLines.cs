using System.Text.Json;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>Reads entries from JSON lines, naming file and line in every complaint.</summary>
internal static class JsonLines
{
    /// <summary>The entries of a file, or of standard input when <paramref name="file"/> is <c>-</c>.</summary>
    /// <exception cref="CommandFailure">The file cannot be read or a line is not an entry.</exception>
    public static IEnumerable<(string Origin, EntryRecord Value)> Read(string file) =>
        ReadElements(file).Select(line => (line.Origin, ToRecord(line.Value, line.Origin)));

    /// <summary>The JSON values of a file, or of standard input when <paramref name="file"/> is <c>-</c>.</summary>
    /// <exception cref="CommandFailure">The file cannot be read or a line is not JSON.</exception>
    public static IEnumerable<(string Origin, JsonElement Value)> ReadElements(string file)
    {
        using var reader = Open(file);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                var origin = $"{file}:{number}";
                yield return (origin, Parse(line, origin));
            }
        }
    }

    /// <summary>A value as an entry.</summary>
    /// <exception cref="CommandFailure">It is none.</exception>
    public static EntryRecord ToRecord(JsonElement value, string origin)
    {
        try
        {
            return value.Deserialize<EntryRecord>() ?? throw new JsonException("expected an object with 'entry' and 'operation'");
        }
        catch (JsonException failure)
        {
            throw new CommandFailure(ExitCode.Usage, $"{origin}: {failure.Message}");
        }
    }

    private static JsonElement Parse(string line, string origin)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException failure)
        {
            throw new CommandFailure(ExitCode.Usage, $"{origin}: {failure.Message}");
        }
    }

    private static TextReader Open(string file)
    {
        try
        {
            return file == "-" ? Console.In : new StreamReader(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, failure.Message);
        }
    }
}
