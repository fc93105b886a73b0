using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh;

/// <content>What was begun to be heard survives a restart: symbols of unfinished bursts and of repair sets.</content>
public sealed partial class MeshNode
{
    /// <summary>Part of the bytes to be kept that unfinished bursts may use; repair sets have the rest.</summary>
    private const double KeptBurstsShare = 0.75;

    /// <summary>Whether there may be something to keep.</summary>
    public bool HasUnfinished => _partial.Count > 0 || _sets.Count > 0;

    /// <summary>
    /// Writes down what is partly here of bursts and repair sets and is reckoned with. The same bytes come of it as long as nothing of them
    /// is heard.
    /// </summary>
    /// <param name="maxLength">Most bytes to write; what does not fit stays out, bursts nearest to completion first.</param>
    /// <returns>What <see cref="ResumeUnfinished"/> reads; empty when there is nothing to keep.</returns>
    public byte[] KeepUnfinished(int maxLength)
    {
        var bursts = _station.Receiver.KeepUnfinished(_partial.Reckoned, (int)(maxLength * KeptBurstsShare));
        var writer = new WireWriter();
        writer.Varint((ulong)bursts.Length);
        writer.Bytes(bursts);
        var sets = _sets.Write(writer, maxLength);
        return bursts.Length == 0 && sets == 0 ? [] : writer.ToArray();
    }

    /// <summary>
    /// Takes up what was partly here before a restart, and asks for the rest of it before long. Anybody could have sent its symbols: it is
    /// reckoned with on credit like what is heard, and believed for its seals and signatures only.
    /// </summary>
    /// <param name="kept">What <see cref="KeepUnfinished"/> wrote, or anything else.</param>
    /// <param name="shift">What is to be added to its instants to make them instants of this clock.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>How many bursts and sets were taken up, or none when the bytes are damaged.</returns>
    public int? ResumeUnfinished(ReadOnlySpan<byte> kept, TimeSpan shift, TimeSpan now)
    {
        var reader = new WireReader(kept);
        var length = reader.Varint();
        var bursts = reader.Take(length <= (ulong)kept.Length ? (int)length : -1);
        if (reader.Failed || _sets.Read(ref reader, shift, now) is not { } sets ||
            _station.Receiver.ResumeUnfinished(bursts, shift, now) is not { } resumed)
        {
            return null;
        }

        foreach (var (key, rank) in resumed)
        {
            // Others may have been off as well and ask for the same.
            var due = now + (_frame * (PartialIdleFrames + (_options.AnswerWindowFrames * _random.NextDouble())));
            if (_partial.Resumed(key, rank, due, now))
            {
                _partialAwaitedSince ??= now;
                _wants.Progress(due);
            }
        }

        return resumed.Count + sets;
    }
}
