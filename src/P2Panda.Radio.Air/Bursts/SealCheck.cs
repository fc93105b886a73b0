using System.Buffers.Binary;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Decides whose frames and bursts are believed.</summary>
internal sealed class SealCheck(BurstReceiverOptions options)
{
    /// <summary>Keys told by others that are tried.</summary>
    private const int MaxOffered = 8;

    private readonly List<PublicKey> _offered = [];

    /// <summary>Somebody told a key that may be another's. It is tried, and known when a seal verifies with it; where keys must come otherwise it is not.</summary>
    public void Offer(PublicKey key)
    {
        if (options.Keys.Policy != TrustPolicy.Open || _offered.Contains(key) || options.Keys.Find(KeyId.Of(key)).Contains(key))
        {
            return;
        }

        if (_offered.Count == MaxOffered)
        {
            _offered.RemoveAt(0);
        }

        _offered.Add(key);
    }

    /// <summary>Checks a strict frame's own signature; a frame without one passes unless the network asks for it.</summary>
    public RefusalReason CheckFrame(in Frame frame, ReadOnlySpan<byte> bytes, out PublicKey? sender)
    {
        sender = null;
        if (!frame.IsStrict)
        {
            return options.RequireStrict ? RefusalReason.StrictMissing : RefusalReason.None;
        }

        var hint = BinaryPrimitives.ReadUInt32BigEndian(bytes[^FrameFormat.StrictTrailerLength..]);
        var candidates = options.Keys.FindByHint(hint).ToList();

        // A gateway's first word is an announcement, which brings the key.
        if (candidates.Count == 0 && frame.Key.SourceSymbols == 1 &&
            BurstView.TryParse(frame.Symbol, 1, out var view) == RefusalReason.None &&
            view.Kind == BurstKind.Announcement && AnnouncementBody.KeyOf(view.Body) is { } announced)
        {
            candidates.Add(announced);
        }

        if (candidates.Count == 0)
        {
            return RefusalReason.StrictUnknownKey;
        }

        foreach (var candidate in candidates)
        {
            if (SealDomain.VerifyFrame(candidate, options.Network, frame.SignedPart, bytes[^BurstFormat.SignatureLength..]))
            {
                sender = candidate;
                if (options.Keys.IsBelieved(candidate))
                {
                    options.Keys.MarkStrict(candidate);
                }

                return RefusalReason.None;
            }
        }

        return RefusalReason.StrictSignature;
    }

    /// <summary>Checks a gateway's seal, its standing and, where it matters, its counter.</summary>
    public (RefusalReason Reason, PublicKey? Sender) CheckBurst(in BurstView view, PublicKey? frameSender)
    {
        var candidates = options.Keys.Find(view.KeyId).ToList();
        if (view.Kind == BurstKind.Announcement && AnnouncementBody.KeyOf(view.Body) is { } announced &&
            KeyId.Of(announced) == view.KeyId && !candidates.Contains(announced))
        {
            candidates.Add(announced);
        }

        foreach (var offered in _offered)
        {
            if (KeyId.Of(offered) == view.KeyId)
            {
                candidates.Add(offered);
            }
        }

        if (candidates.Count == 0)
        {
            return (RefusalReason.KeyUnknown, null);
        }

        foreach (var candidate in candidates)
        {
            if (SealDomain.VerifyBurst(candidate, options.Network, view.SignedPart, view.Signature))
            {
                if (_offered.Remove(candidate))
                {
                    options.Keys.Learn(candidate);
                }

                return (Judge(candidate, view, frameSender), candidate);
            }
        }

        return (RefusalReason.SealInvalid, null);
    }

    private RefusalReason Judge(PublicKey sender, in BurstView view, PublicKey? frameSender)
    {
        try
        {
            return JudgeAndRemember(sender, view, frameSender);
        }
        catch (IOException)
        {
            // Who keeps the marks says why. What cannot be remembered is not acted upon, and will be said again.
            return RefusalReason.NotRemembered;
        }
    }

    /// <exception cref="IOException">The key or its counter could not be written down.</exception>
    private RefusalReason JudgeAndRemember(PublicKey sender, in BurstView view, PublicKey? frameSender)
    {
        var reason = view.Kind == BurstKind.Announcement ? options.Keys.Learn(sender) : RefusalReason.None;
        if (reason != RefusalReason.None)
        {
            return reason;
        }

        if (!options.Keys.IsBelieved(sender))
        {
            return RefusalReason.KeyNotTrusted;
        }

        if ((options.Keys.MarksOf(sender) & KeyMarks.Strict) != 0 && frameSender is null)
        {
            return RefusalReason.Downgrade;
        }

        return BurstFormat.IsReplayable(view.Kind) || options.Replay.TryAdvance(sender, view.Counter)
            ? RefusalReason.None
            : RefusalReason.CounterReplayed;
    }
}
