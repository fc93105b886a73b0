using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Wants;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Wants for everything, sealed by a key of the attacker's own, which is announced now and then.</summary>
internal sealed class WantFlood : IDisposable
{
    private const int AnnounceEvery = 20;

    private readonly KeyPair _key;
    private readonly BurstWriter _writer;
    private readonly PlanRequest _request;
    private readonly IReadOnlyList<LogKey> _logs;
    private int _frames;

    /// <summary>A flood.</summary>
    /// <param name="key">The attacker's key; disposed with the flood.</param>
    /// <param name="network">Whom it is meant for.</param>
    /// <param name="modulation">How frames are sent.</param>
    /// <param name="logs">What is asked for, the first twelve of it.</param>
    /// <param name="random">Chance, for the symbols' ids.</param>
    /// <param name="time">The clock.</param>
    public WantFlood(KeyPair key, NetworkId network, LoraModulation modulation, IReadOnlyList<LogKey> logs, Random random, TimeProvider time)
    {
        (_key, _logs) = (key, logs);
        _request = new PlanRequest { Modulation = modulation, MaxSourceSymbols = 1, Probability = 0.5 };
        var store = new MemoryLogStore(time: time);
        _writer = new BurstWriter(new BurstWriterOptions
        {
            Key = key,
            Network = network,
            Counter = new DurableBurstCounter(store.Marks, key.PublicKey),
            Logs = store.View,
            Shapes = new AirDictionary(),
            Random = random,
        });
    }

    /// <summary>The next frame of it.</summary>
    public byte[] NextFrame()
    {
        if (++_frames % AnnounceEvery == 1)
        {
            return _writer.Write(
                BurstKind.Announcement, AnnouncementBody.Write([new(AnnouncementBody.KeySection, _key.PublicKey.Bytes.ToArray())]), _request).NextFrame();
        }

        var everything = new SetDifference([.. _logs.Take(12).Select(log => new LogDifference(log, new LogState(0), new LogState(1000)))], []);
        var want = new WantMessage(LogWantMessage.For(everything, 0, (uint)_frames), []);
        return _writer.Write(BurstKind.Want, want.ToBytes(), _request).NextFrame();
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
