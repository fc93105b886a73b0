using System.Globalization;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>A link as it is written on the command line: <c>A-B</c>, <c>A&gt;B</c>, <c>A-B:loss=0.2,path=120,shadowing=4</c>.</summary>
internal sealed record LinkArgument(string From, string To, bool IsOneWay, Link Link)
{
    /// <exception cref="CommandFailure">It is no link.</exception>
    public static LinkArgument Parse(string text, Link defaults)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var pair = colon < 0 ? text : text[..colon];
        var oneWay = pair.Contains('>', StringComparison.Ordinal);
        var names = pair.Split(oneWay ? '>' : '-');
        if (names is not [{ Length: > 0 } from, { Length: > 0 } to] || from == to)
            throw Failure(text);
        var link = defaults;
        foreach (var figure in colon < 0 ? [] : text[(colon + 1)..].Split(','))
        {
            var parts = figure.Split('=');
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw Failure(text);
            link = (parts[0], value) switch
            {
                ("loss", >= 0 and <= 1) => link with { LossProbability = value },
                ("path", >= 0 and <= 1000) => link with { PathLossDb = value },
                ("shadowing", >= 0 and <= 100) => link with { ShadowingDb = value },
                _ => throw Failure(text),
            };
        }

        return new LinkArgument(from, to, oneWay, link);
    }

    /// <summary>Sets the link, in both directions unless it has one.</summary>
    public void Apply(Action<string, string, Link> set)
    {
        set(From, To, Link);
        if (!IsOneWay)
            set(To, From, Link);
    }

    private static CommandFailure Failure(string text) => new(
        ExitCode.Usage,
        $"'{text}' is no link; write A-B or A>B, with figures A-B:loss=0.2,path=120,shadowing=4 (loss 0 to 1, path 0 to 1000 dB, shadowing 0 to 100 dB)");
}
