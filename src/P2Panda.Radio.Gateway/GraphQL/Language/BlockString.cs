namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>The meaning of a block string: common indentation and blank lines at both ends taken away (section 2.9.4).</summary>
internal static class BlockString
{
    /// <param name="raw">The characters between the quotes, lines ended by U+000A.</param>
    public static string Unindent(string raw)
    {
        var lines = raw.Split('\n');
        var common = lines.Skip(1).Where(line => !IsBlank(line)).Select(Indentation).DefaultIfEmpty(0).Min();
        for (var i = 1; i < lines.Length; i++)
        {
            lines[i] = lines[i].Length > common ? lines[i][common..] : string.Empty;
        }

        var first = Array.FindIndex(lines, line => !IsBlank(line));
        return first < 0 ? string.Empty : string.Join('\n', lines[first..(Array.FindLastIndex(lines, line => !IsBlank(line)) + 1)]);
    }

    private static int Indentation(string line) => line.Length - line.AsSpan().TrimStart(" \t").Length;

    private static bool IsBlank(string line) => Indentation(line) == line.Length;
}
