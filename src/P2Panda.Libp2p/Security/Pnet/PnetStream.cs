using System.Buffers;
using System.Security.Cryptography;

namespace P2Panda.Libp2p.Security.Pnet;

/// <summary>
/// XSalsa20 under everything (libp2p specs, pnet): each side sends a 24-byte nonce, then its bytes under the common key and its
/// own nonce. It keeps strangers out; it authenticates nothing, which is what the security above is for.
/// </summary>
internal sealed class PnetStream : TransportStream
{
    public const int NonceLength = 24;

    private const int BlockLength = 64;

    private readonly Stream _inner;
    private readonly Keystream _send;
    private readonly Keystream _receive;

    private PnetStream(Stream inner, Keystream send, Keystream receive) => (_inner, _send, _receive) = (inner, send, receive);

    /// <summary>Exchanges nonces.</summary>
    public static async ValueTask<PnetStream> HandshakeAsync(Stream inner, PreSharedKey key, CancellationToken cancellation)
    {
        var ours = RandomNumberGenerator.GetBytes(NonceLength);
        await inner.WriteAsync(ours, cancellation).ConfigureAwait(false);
        var theirs = new byte[NonceLength];
        await inner.ReadExactlyAsync(theirs, cancellation).ConfigureAwait(false);
        return new PnetStream(inner, new Keystream(key.Key, ours), new Keystream(key.Key, theirs));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _receive.Apply(buffer.Span[..read], buffer.Span[..read]);
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var rented = ArrayPool<byte>.Shared.Rent(buffer.Length);
        _send.Apply(buffer.Span, rented.AsSpan(0, buffer.Length));
        await _inner.WriteAsync(rented.AsMemory(0, buffer.Length), cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(rented);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>One direction's keystream, from any byte position on.</summary>
    private sealed class Keystream(byte[] key, byte[] nonce)
    {
        private ulong _position;

        public void Apply(ReadOnlySpan<byte> input, Span<byte> output)
        {
            var inBlock = (int)(_position % BlockLength);
            if (inBlock > 0)
            {
                Span<byte> block = stackalloc byte[BlockLength];
                block.Clear();
                Sodium.XSalsa20(block, block, nonce, _position / BlockLength, key);
                var count = Math.Min(input.Length, BlockLength - inBlock);
                for (var i = 0; i < count; i++)
                {
                    output[i] = (byte)(input[i] ^ block[inBlock + i]);
                }

                _position += (ulong)count;
                input = input[count..];
                output = output[count..];
            }

            if (!input.IsEmpty)
            {
                Sodium.XSalsa20(output, input, nonce, _position / BlockLength, key);
                _position += (ulong)input.Length;
            }
        }
    }
}
