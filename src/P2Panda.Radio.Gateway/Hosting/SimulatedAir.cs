using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Sockets;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The ether of a simulated radio: a place on a shared one, or one of its own where nobody else is.</summary>
internal sealed class SimulatedAir : IDisposable
{
    /// <summary>Name of a station that is given none.</summary>
    public const string DefaultName = "gateway";

    private readonly SharedEther? _shared;

    private SimulatedAir(string name, SimulatedEther ether, SharedEther? shared) => (Name, Ether, _shared) = (name, ether, shared);

    /// <summary>Name of the station.</summary>
    public string Name { get; }

    /// <summary>The ether; its clock is the radio's.</summary>
    public SimulatedEther Ether { get; }

    /// <summary>Chance for the gateway behind the station.</summary>
    public Random Chance => _shared is null ? Random.Shared : Ether.ChanceOf(Name);

    /// <exception cref="CommandFailure">The address is none, or no ether is there that takes the station.</exception>
    public static SimulatedAir Open(string? address, string name, ILoggerFactory logging)
    {
        if (address is null)
        {
            // A gateway runs for months; nobody looks at the record.
            return new SimulatedAir(name, new SimulatedEther(TimeProvider.System, new EtherOptions { RecordCapacity = 0 }), null);
        }

        if (!UnixAddress.TryParse(address, out var path, out var problem))
        {
            throw new CommandFailure(ExitCode.Usage, problem);
        }

        try
        {
            var shared = SharedEther.Join(path, name, logging.CreateLogger<SharedEther>());
            return new SimulatedAir(name, shared.Ether, shared);
        }
        catch (IOException failure)
        {
            throw new CommandFailure(ExitCode.Environment, failure.Message);
        }
    }

    public void Dispose() => _shared?.Dispose();
}
