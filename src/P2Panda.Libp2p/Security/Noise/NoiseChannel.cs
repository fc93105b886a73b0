using System.Buffers;
using System.Buffers.Binary;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>Noise transport messages over a byte stream: 16-bit length, ciphertext, tag. Encrypts and decrypts in place.</summary>
internal sealed class NoiseChannel : SecureChannel
{
    /// <summary>Most plaintext of one message, bytes.</summary>
    public const int MaxPlaintext = ushort.MaxValue - NoiseCipher.TagLength;

    private const int LengthPrefix = 2;

    private readonly Stream _transport;
    private readonly NoiseCipher _send;
    private readonly NoiseCipher _receive;
    private byte[]? _rx;
    private int _rxStart;
    private int _rxEnd;
    private byte[]? _tx;
    private int _txMessage;
    private int _txEnd;

    /// <param name="transport">The bytes; owned.</param>
    /// <param name="send">Our cipher.</param>
    /// <param name="receive">The peer's cipher.</param>
    /// <param name="leftOver">What came behind the handshake.</param>
    public NoiseChannel(Stream transport, NoiseCipher send, NoiseCipher receive, ReadOnlySpan<byte> leftOver)
    {
        _transport = transport;
        _send = send;
        _receive = receive;
        if (!leftOver.IsEmpty)
        {
            _rx = ArrayPool<byte>.Shared.Rent(BufferSize);
            leftOver.CopyTo(_rx);
            _rxEnd = leftOver.Length;
        }
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryOpenMessage(out var plaintext))
            {
                if (plaintext.IsEmpty)
                {
                    continue;
                }

                return plaintext;
            }

            await PrepareToReadAsync(cancellation).ConfigureAwait(false);
            var read = await _transport.ReadAsync(_rx.AsMemory(_rxEnd), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return _rxEnd == _rxStart ? ReadOnlyMemory<byte>.Empty : throw new IOException("The connection ended inside a noise message.");
            }

            _rxEnd += read;
        }
    }

    public override Span<byte> GetSpan(int minimum)
    {
        if (_tx is null)
        {
            _tx = ArrayPool<byte>.Shared.Rent(BufferSize);
            _txMessage = 0;
            _txEnd = LengthPrefix;
        }

        var used = _txEnd - _txMessage - LengthPrefix;
        if (MaxPlaintext - used < minimum)
        {
            SealMessage();
            used = 0;
        }

        var room = Math.Min(MaxPlaintext - used, _tx.Length - _txEnd - NoiseCipher.TagLength);
        return room < minimum ? [] : _tx.AsSpan(_txEnd, room);
    }

    public override void Advance(int count) => _txEnd += count;

    public override async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_tx is null)
        {
            return;
        }

        if (_txEnd > _txMessage + LengthPrefix)
        {
            SealMessage();
        }

        // A message that was begun and stayed empty is not sent.
        var buffer = _tx;
        _tx = null;
        await _transport.WriteAsync(buffer.AsMemory(0, _txMessage), cancellation).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    public override void ReleaseEmptyBatch()
    {
        if (_tx is { } buffer && _txEnd == LengthPrefix)
        {
            _tx = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override ValueTask DisposeAsync() => _transport.DisposeAsync();

    private void SealMessage()
    {
        var text = _tx.AsSpan(_txMessage + LengthPrefix, _txEnd - _txMessage - LengthPrefix);
        _send.Encrypt(text, _tx.AsSpan(_txEnd, NoiseCipher.TagLength), []);
        BinaryPrimitives.WriteUInt16BigEndian(_tx.AsSpan(_txMessage), (ushort)(text.Length + NoiseCipher.TagLength));
        _txMessage = _txEnd + NoiseCipher.TagLength;
        _txEnd = _txMessage + LengthPrefix;
    }

    private bool TryOpenMessage(out ReadOnlyMemory<byte> plaintext)
    {
        plaintext = default;
        var available = _rxEnd - _rxStart;
        if (_rx is null || available < LengthPrefix)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(_rx.AsSpan(_rxStart));
        if (available < LengthPrefix + length)
        {
            return false;
        }

        var textLength = length - NoiseCipher.TagLength;
        var start = _rxStart + LengthPrefix;
        if (textLength < 0 || !_receive.TryDecrypt(_rx.AsSpan(start, textLength), _rx.AsSpan(start + textLength, NoiseCipher.TagLength), []))
        {
            throw new IOException("A noise message does not authenticate.");
        }

        _rxStart = start + length;
        plaintext = _rx.AsMemory(start, textLength);
        return true;
    }

    /// <summary>Leaves <see cref="_rx"/> with room at its end. With nothing half-read, waits without holding a buffer.</summary>
    private async ValueTask PrepareToReadAsync(CancellationToken cancellation)
    {
        if (_rxStart == _rxEnd)
        {
            if (_rx is { } idle)
            {
                _rx = null;
                ArrayPool<byte>.Shared.Return(idle);
            }

            _rxStart = _rxEnd = 0;
            await _transport.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            _rx = ArrayPool<byte>.Shared.Rent(BufferSize);
        }
        else if (_rxStart > 0 && _rx!.Length - _rxStart < LengthPrefix + ushort.MaxValue)
        {
            Buffer.BlockCopy(_rx, _rxStart, _rx, 0, _rxEnd - _rxStart);
            (_rxStart, _rxEnd) = (0, _rxEnd - _rxStart);
        }
    }
}
