using System.Threading.Channels;

namespace P2Panda.Libp2p.Muxing;

/// <summary>A flag that one waiter at a time consumes; setting it twice is setting it once.</summary>
internal sealed class WakeUp
{
    private readonly Channel<bool> _flag = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _flag.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellation) => await _flag.Reader.ReadAsync(cancellation).ConfigureAwait(false);
}
