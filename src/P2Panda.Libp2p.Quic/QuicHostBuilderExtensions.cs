using Microsoft.Extensions.Logging;

namespace P2Panda.Libp2p.Quic;

/// <summary>Adds QUIC to a host.</summary>
public static class QuicHostBuilderExtensions
{
    /// <summary>
    /// Adds QUIC, and logs which ngtcp2 runs and what is known about that version. Where the native library is missing, the log says what
    /// to install and the host goes on with its other transports.
    /// </summary>
    /// <param name="builder">The host to be.</param>
    /// <param name="options">Parameters; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static Libp2pHostBuilder UseQuic(this Libp2pHostBuilder builder, QuicOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var logger = builder.LoggerFactory.CreateLogger<QuicTransport>();
        if (!QuicLibrary.IsAvailable)
        {
            QuicLog.Unavailable(logger, QuicLibrary.Problem);
            return builder;
        }

        QuicLog.Version(logger, QuicLibrary.Ngtcp2Version);
        foreach (var advisory in QuicAdvisory.For(QuicLibrary.Ngtcp2VersionNumber))
        {
            QuicLog.Advisory(logger, advisory.Id, advisory.FixedIn, advisory.Exposure);
        }

        return builder.Use(host => new QuicTransport(host.Identity, options, host.Time));
    }
}
