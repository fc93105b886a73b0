using Microsoft.Extensions.Logging;
using P2Panda.Core.Logs;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Store;

namespace P2Panda.Radio.Simulation.Nodes;

/// <summary>
/// A whole radio gateway on an ether: the shipped node, store and driver; only the chip is a model. In virtual time everything it does
/// happens inside <see cref="Time.VirtualTimeProvider"/>'s run methods, on the caller's thread.
/// </summary>
public sealed class SimulatedGateway : IDisposable
{
    /// <summary>Puts a gateway on an ether; <see cref="Start"/> turns it on.</summary>
    /// <param name="ether">The ether.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="options">What kind of node it is.</param>
    /// <param name="store">Its store; not disposed.</param>
    /// <param name="seed">Seed of its waits and symbol ids.</param>
    /// <param name="log">Where it tells of failures.</param>
    public SimulatedGateway(
        SimulatedEther ether, string name, RadioNodeOptions options, ILogStore store, int seed, ILogger<RadioNode> log)
    {
        ArgumentNullException.ThrowIfNull(ether);
        Station = new SimulatedStation(ether, name);
        Store = store;
#pragma warning disable CA5394 // Waits and symbol ids of a simulation are to be repeatable.
        Node = new RadioNode(options, store, Station.Radio, ether.Time, new Random(seed), log);
#pragma warning restore CA5394
    }

    /// <summary>Name on the ether.</summary>
    public string Name => Station.Name;

    /// <summary>Radio and chip.</summary>
    public SimulatedStation Station { get; }

    /// <summary>The store.</summary>
    public ILogStore Store { get; }

    /// <summary>The node.</summary>
    public RadioNode Node { get; }

    /// <summary>Turns the radio on.</summary>
    public void Start() => Node.Start();

    /// <summary>Stores an entry as if a client had published it, and tells the node.</summary>
    /// <exception cref="InvalidOperationException">The store refuses it.</exception>
    public void Publish(VerifiedEntry entry)
    {
        var result = Store.AppendAsync(entry).AsTask().GetAwaiter().GetResult();
        if (!result.IsStored)
        {
            throw new InvalidOperationException($"Entry {entry.SequenceNumber} of {entry.Log} was not stored: {result.Outcome}.");
        }

        Node.StoreChanged();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Node.Dispose();
        Station.Dispose();
    }
}
