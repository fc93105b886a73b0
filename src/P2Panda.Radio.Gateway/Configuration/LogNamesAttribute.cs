using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>A list of logs, each its author's public key, a slash and the log id as a decimal number.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LogNamesAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => ((IReadOnlyList<string>)value!).All(item => TryParse(item, out _));

    public override string FormatErrorMessage(string name) => "must be a list of logs, each as a public key (64 hexadecimal digits), a slash and a log id";

    public static LogKey LogOf(string text) =>
        TryParse(text, out var log) ? log.Value : throw new ArgumentException($"'{text}' names no log.", nameof(text));

    private static bool TryParse(string text, [NotNullWhen(true)] out LogKey? log)
    {
        log = text.Split('/') is [var author, var id] && PublicKey.TryParse(author, out var key) &&
            ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new LogKey(LogFormat.Bamboo, key, LogId.FromUInt64(number))
            : null;
        return log is not null;
    }
}
