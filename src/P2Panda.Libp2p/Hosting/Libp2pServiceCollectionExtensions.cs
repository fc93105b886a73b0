using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace P2Panda.Libp2p;

/// <summary>Registers a host with dependency injection.</summary>
public static class Libp2pServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="Libp2pHost"/> as a singleton. Every registered <see cref="IProtocolHandler"/> is served, every registered
    /// <see cref="IConnectionGate"/> asked; it listens while the application runs.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="identity">Who the host is.</param>
    /// <param name="configure">Adds transports and options.</param>
    /// <param name="listen">Addresses to listen on from start to stop.</param>
    public static IServiceCollection AddLibp2p(
        this IServiceCollection services, KeyPair identity, Action<Libp2pHostBuilder> configure, params IEnumerable<Multiaddr> listen)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var builder = new Libp2pHostBuilder(identity)
            {
                Time = provider.GetRequiredService<TimeProvider>(),
                LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            };
            configure(builder);
            foreach (var gate in provider.GetServices<IConnectionGate>())
            {
                builder.Gate(gate);
            }

            var host = builder.Build();
            foreach (var handler in provider.GetServices<IProtocolHandler>())
            {
                host.Handle(handler);
            }

            return host;
        });
        var addresses = listen.ToList();
        services.AddSingleton<IHostedService>(provider => new Libp2pHostedService(provider.GetRequiredService<Libp2pHost>(), addresses));
        return services;
    }
}
