using System.Buffers.Binary;
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

/// <summary>
/// Wants for everything, sealed by a key of the attacker's own, which is announced now and then. Each names the sketch heard last, as a
/// gateway that has just compared would.
/// </summary>
internal sealed class WantFlood : IDisposable
{
    private const int AnnounceEvery = 20;

    private readonly KeyPair _key;
    private readonly BurstWriter _writer;
    private readonly PlanRequest _request;
    private readonly IReadOnlyList<LogKey> _logs;
    private readonly BurstReceiver _receiver;
    private readonly TimeProvider _time;
    private uint? _salt;
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
        (_key, _logs, _time) = (key, logs, time);
        _request = new PlanRequest { Modulation = modulation, MaxSourceSymbols = 1, Probability = 0.5 };
        var store = new MemoryLogStore(time: time);
        var shapes = new AirDictionary();
        _receiver = new BurstReceiver(new BurstReceiverOptions
        {
            Network = network,
            Keys = new TrustedKeys(TrustPolicy.Open),
            Replay = new ReplayMarks(store.Marks),
            Logs = store.View,
            Shapes = shapes,
        });
        _writer = new BurstWriter(new BurstWriterOptions
        {
            Key = key,
            Network = network,
            Counter = new DurableBurstCounter(store.Marks, key.PublicKey),
            Logs = store.View,
            Shapes = shapes,
            Random = random,
        });
    }

    /// <summary>A frame was heard.</summary>
    public void Hear(ReadOnlySpan<byte> frame)
    {
        if (_receiver.Receive(frame, _time.GetElapsedTime(0)).Burst is { Kind: BurstKind.Announcement } burst)
        {
            foreach (var (type, content) in AnnouncementBody.Read(burst.Body.Span) ?? [])
            {
                // A sketch begins with its scope and its salt.
                _salt = type == AnnouncementBody.FirstMeshSection && content.Length >= 8 ? BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(4)) : _salt;
            }
        }
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
        var want = new WantMessage(LogWantMessage.For(everything, 0, _salt ?? (uint)_frames), []);
        return _writer.Write(BurstKind.Want, want.ToBytes(), _request).NextFrame();
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
