using Microsoft.Extensions.Logging;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>How log lines look.</summary>
internal static class ConsoleLog
{
    public static void Add(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
    });
}
