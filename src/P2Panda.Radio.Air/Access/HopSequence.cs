using System.Security.Cryptography;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Access;

/// <summary>
/// Frequency hopping that receivers follow without a clock. A sender walks a pseudo-random list of all channels, one frame a channel, so
/// that it uses each equally; the list differs from sender to sender and nobody needs to know it. Each frame begins with a preamble
/// long enough for a receiver that runs activity detections over all channels in turn (<see cref="HopScan"/>) to come by, stop and
/// receive it.
/// </summary>
/// <remarks>
/// The cost is that preamble: one round of detections. At SF7 and 250 kHz with 25 channels it is 54 ms beside 200 ms for a full frame; at
/// SF7 and 125 kHz with 50 channels 140 ms out of a dwell of 400 ms, which leaves frames of 159 bytes; at SF8 50 bytes are left, above
/// nothing (<see cref="LongestPayload"/> tells). A detection that misses a preamble loses the frame, as if the channel had. PROTOCOL.md, section 11, has it in full.
/// </remarks>
public sealed class HopSequence
{
    /// <summary>Symbols of preamble that a receiver needs after it has stopped on a channel.</summary>
    public const int SymbolsToLock = 8;

    private readonly HoppingRule _rule;
    private readonly int[] _order;
    private int _position;

    /// <summary>A sender's list.</summary>
    /// <param name="rule">The channels.</param>
    /// <param name="seed">Differs from sender to sender: the sender's public key.</param>
    /// <param name="start">Where in the list to start, any number: drawn at random, so that restarts do not favour a channel.</param>
    public HopSequence(HoppingRule rule, ReadOnlySpan<byte> seed, int start)
    {
        _rule = rule;
        _order = [.. Enumerable.Range(0, rule.Channels)];
        _position = (int)((uint)start % (uint)rule.Channels);

        // Fisher–Yates over a keystream, so that the list is the same on every platform and release.
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seed, block);
        for (var i = _order.Length - 1; i > 0; i--)
        {
            SHA256.HashData(block, block);
            var j = (int)(BitConverter.ToUInt32(block) % (uint)(i + 1));
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }
    }

    /// <summary>Centre of the next frame's channel in Hz.</summary>
    public long Next()
    {
        var channel = _order[_position];
        _position = (_position + 1) % _order.Length;
        return _rule.ChannelHz(channel);
    }

    /// <summary>The modulation with the preamble that scanning receivers need.</summary>
    public static LoraModulation WithScanPreamble(LoraModulation modulation, HoppingRule rule)
    {
        var symbols = HopScan.Round(modulation, rule).TotalMicroseconds / TimeOnAir.SymbolMicroseconds(modulation);
        return modulation with { PreambleSymbols = (int)Math.Ceiling(symbols) + SymbolsToLock };
    }

    /// <summary>Bytes of the longest frame that keeps to the dwell limit with the preamble that scanning receivers need; 0 when none does.</summary>
    public static int LongestPayload(LoraModulation modulation, HoppingRule rule, DwellLimit dwell)
    {
        var scanned = WithScanPreamble(modulation, rule);
        var bytes = 255;
        while (bytes > 0 && TimeOnAir.Of(scanned, bytes) > dwell.Limit)
        {
            bytes--;
        }

        return bytes;
    }
}
