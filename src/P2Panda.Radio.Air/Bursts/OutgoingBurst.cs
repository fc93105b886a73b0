using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>
/// A burst that can be spoken: gives out frames with symbol ids drawn at random, none twice before all 255 were used. The coded bytes
/// never change, so what several rounds and several gateways send adds up.
/// </summary>
public sealed class OutgoingBurst
{
    private readonly byte[] _padded;
    private readonly Random _random;
    private readonly FrameSigner? _signer;
    private readonly byte[] _ids = new byte[FrameFormat.MaxSymbols];
    private int _unused = FrameFormat.MaxSymbols;

    internal OutgoingBurst(byte[] padded, BurstKey key, BurstKind kind, SymbolPlan? plan, Random random, FrameSigner? signer)
    {
        _padded = padded;
        Key = key;
        Kind = kind;
        Plan = plan;
        _random = random;
        _signer = signer;
        for (var id = 0; id < _ids.Length; id++)
        {
            _ids[id] = (byte)id;
        }
    }

    /// <summary>Tag, K and T.</summary>
    public BurstKey Key { get; }

    /// <summary>What the burst is about.</summary>
    public BurstKind Kind { get; }

    /// <summary>The plan it was cut by; none when it is somebody else's burst.</summary>
    public SymbolPlan? Plan { get; }

    /// <summary>Length of each frame, in bytes.</summary>
    public int FrameLength => Key.SymbolLength + FrameFormat.Overhead(Key.SourceSymbols, _signer is not null);

    /// <summary>Frames given out.</summary>
    public int FramesWritten { get; private set; }

    /// <summary>All K × T bytes that are coded.</summary>
    public ReadOnlyMemory<byte> PaddedBytes => _padded;

    /// <summary>Writes a frame with a symbol not spoken before.</summary>
    public byte[] NextFrame()
    {
        if (Key.SourceSymbols == 1)
        {
            return WriteFrame(0);
        }

        if (_unused == 0)
        {
            _unused = _ids.Length;
        }

        return WriteFrame(Take(_random.Next(_unused)));
    }

    /// <summary>Whether a frame carries a symbol of this burst; one that only bears its tag does not.</summary>
    public bool Contains(ReadOnlySpan<byte> frame)
    {
        if (Frame.TryParse(frame, out var parsed) != RefusalReason.None || parsed.Key != Key)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[FrameFormat.MaxFrameLength];
        expected = expected[..Key.SymbolLength];
        ErasureCode.For(Key.SourceSymbols).Encode(_padded, parsed.SymbolId, expected);
        return expected.SequenceEqual(parsed.Symbol);
    }

    /// <summary>Leaves out a symbol others have spoken.</summary>
    public void MarkSpoken(byte symbolId)
    {
        var index = Array.IndexOf(_ids, symbolId, 0, _unused);
        if (index >= 0)
        {
            Take(index);
        }
    }

    /// <summary>Writes the frame of one symbol.</summary>
    public byte[] WriteFrame(byte symbolId)
    {
        var frame = new byte[FrameLength];
        var header = Frame.WriteHeader(frame, Key, symbolId, _signer is not null);
        ErasureCode.For(Key.SourceSymbols).Encode(_padded, symbolId, frame.AsSpan(header, Key.SymbolLength));
        _signer?.Sign(frame);
        FramesWritten++;
        return frame;
    }

    // Exchanges the id with the last unused one: a shuffle drawn as it is needed.
    private byte Take(int index)
    {
        _unused--;
        (_ids[index], _ids[_unused]) = (_ids[_unused], _ids[index]);
        return _ids[_unused];
    }
}
