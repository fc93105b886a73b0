using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Sockets;

namespace P2Panda.Radio.Simulation.Tests.Sockets;

/// <summary>The shipped driver on a chip of its own that has joined a shared ether, listening.</summary>
internal sealed class SharedStation : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SharedEther _shared;
    private readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<bool> _sent = Channel.CreateUnbounded<bool>();

    public SharedStation(string path, string name)
    {
        _shared = SharedEther.Join(path, name, NullLogger<SharedEther>.Instance);
        Station = new SimulatedStation(_shared.Ether, name);
        Events = new RecordedEvents { OnFrame = frame => _frames.Writer.TryWrite(frame.Bytes.ToArray()) };
        Events.OnTransmitted = () =>
        {
            Station.Radio.Receive();
            _sent.Writer.TryWrite(true);
        };
        Station.Radio.Start(Scene.Settings, Events);
        Station.Radio.Receive();
    }

    public SharedEther Shared => _shared;

    public SimulatedStation Station { get; }

    public RecordedEvents Events { get; }

    public int FramesWaiting => _frames.Reader.Count;

    public void Send(byte[] frame) => Station.Radio.Transmit(frame);

    public async Task SendAndWaitAsync(byte[] frame)
    {
        Send(frame);
        await _sent.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    public Task<byte[]> NextFrameAsync() => _frames.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public void Dispose()
    {
        Station.Dispose();
        _shared.Dispose();
    }
}
