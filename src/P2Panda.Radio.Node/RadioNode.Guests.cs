using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Node;

/// <content>Entries from the internet are guests on the air: admitted by a policy, within a share of the airtime.</content>
public sealed partial class RadioNode
{
    /// <summary>Guests handed to the mesh together.</summary>
    private const int GuestsTogether = 8;

    /// <summary>Bytes of them, so that none waits long behind another.</summary>
    private const int GuestBytesTogether = 2048;

    /// <summary>Length of the frame that an entry's cost is counted in, and how many such frames it takes with those that are lost.</summary>
    private const int TypicalFrame = 115;

    private const int FramesPerGuest = 2;

    /// <summary>Part of the share that new guests may use; the rest is for repairs of those that did not arrive.</summary>
    private const double NewGuests = 0.85;

    /// <summary>Longest frame; a guest's frame is sent only while the share has room for it.</summary>
    private const int LongestFrame = 255;

    /// <summary>Longest entry with its payload that the air can carry at all.</summary>
    private const int LargestEntry = 200_000;

    /// <summary>How often a used-up share is looked at again.</summary>
    private static readonly TimeSpan GuestCheck = TimeSpan.FromSeconds(5);

    private readonly GuestDesk _guests = new();
    private GuestMarks _guestMarks = null!;
    private IGuestPolicy? _guestPolicy;
    private double _guestTokens;
    private TimeSpan _guestTokensAt;
    private bool _guestPolicyChanged;

    /// <summary>Entries from the internet that wait for their turn on the air.</summary>
    public long GuestsWaiting => _guests.Waiting;

    /// <summary>Entries from the internet that the policy keeps off the air, with those behind them in their logs.</summary>
    public long GuestsHeld => _guests.Held;

    /// <summary>Airtime of any hour that entries from the internet may use.</summary>
    public TimeSpan GuestAllowance => _guestPolicy is null ? _airtimePerHour : _airtimePerHour * Math.Clamp(_guestPolicy.AirtimeShare, 0, 1);

    private void OpenGuests(RadioNodeOptions options)
    {
        _guestMarks = new GuestMarks(_store.Marks);
        _guestPolicy = options.Guests;
        _guestTokensAt = Now;
        if (_guestPolicy is not null)
        {
            _guestMarks.Read(_guests, _store.View);
            _guestPolicy.Changed += OnGuestPolicyChanged;
        }
    }

    private void OnGuestPolicyChanged()
    {
        lock (_gate)
        {
            _guestPolicyChanged = true;
            Pump();
        }
    }

    /// <summary>What a stored entry is on the air: what came from the internet stays a guest when it is said again.</summary>
    private TrafficClass? Classify(VerifiedEntry entry, Func<VerifiedEntry, TrafficClass?> others) =>
        _guestPolicy is not null && Wait(_store.ReadAsync(entry.Log, entry.SequenceNumber))?.Origin == EntryOrigin.Internet
            ? TrafficClass.Guest
            : others(entry);

    /// <summary>Hands a newly stored entry to the mesh, or to the desk.</summary>
    private void Offer(StoredEntry entry)
    {
        var now = Now;
        if (_heardPending.Remove(entry.Id))
        {
            _guests.Heard(entry.Log, entry.SequenceNumber);
        }
        else if (_guestPolicy is not null && (entry.Origin == EntryOrigin.Internet || _guestPolicy.IsOversized(entry)))
        {
            _guests.Arrive(entry.Log, entry.SequenceNumber, () => _guestPolicy.Judge(entry));
        }
        else if (_guests.Accompany(entry.Log, entry.SequenceNumber) is { } first)
        {
            for (var position = first; position < entry.SequenceNumber; position++)
            {
                _mesh.Offer(entry.Log, position, TrafficClass.Normal, now);
            }

            _mesh.Offer(entry.Log, entry.SequenceNumber, now);
        }
    }

    /// <summary>Lets guests go to the mesh a few at a time, while they stay within their share.</summary>
    private void ReleaseGuests(TimeSpan now)
    {
        if (_guestPolicyChanged)
        {
            _guestPolicyChanged = false;
            _guests.Reconsider();
        }

        var used = Ledger.Shares.Used(TrafficClass.Guest, now);
        _mesh.MayGuestsSpeak = used + TimeOnAir.Of(_settings.Modulation, LongestFrame) <= GuestAllowance;
        FillGuestTokens(now);

        // Once they are known to the air they should be on it soon, or neighbours ask for what may not be sent yet.
        var cost = TimeOnAir.Of(_settings.Modulation, TypicalFrame) * FramesPerGuest;
        var count = (int)Math.Clamp(GuestAllowance / (8 * cost), 1, GuestsTogether);
        if (used + (count * cost) <= GuestAllowance * NewGuests && _mesh.HasRoom && _mesh.GuestsUnderWay == 0)
        {
            Release(count, now);
        }

        if (_guests.Waiting > 0 || _mesh.GuestsUnderWay > 0)
        {
            WakeAt(now + GuestCheck);
        }
    }

    private void Release(int count, TimeSpan now)
    {
        var (released, bytes) = (0, 0);
        while (released < count && bytes < GuestBytesTogether && _guestTokens >= 1 && _guests.Next() is var (log, position))
        {
            var entry = Wait(_store.ReadAsync(log, position));
            if (entry is not null && _guestPolicy?.Judge(entry).IsAdmitted == false)
            {
                _guests.Hold(log);
                continue;
            }

            _guests.Release(log);
            if (entry is not null)
            {
                _guestTokens--;
                released++;
                bytes += entry.EntryBytes.Length + (entry.PayloadBytes?.Length ?? 0);
                Counters.GuestsReleased++;
                _mesh.Offer(log, position, TrafficClass.Guest, now);
            }
        }
    }

    /// <summary>A bucket that fills with the rate and holds five minutes of it, at least a handful.</summary>
    private void FillGuestTokens(TimeSpan now)
    {
        if (_guestPolicy?.EntriesPerHour is not { } rate)
        {
            _guestTokens = GuestsTogether;
        }
        else
        {
            _guestTokens = Math.Min(Math.Max(1, rate / 12.0), _guestTokens + (rate * (now - _guestTokensAt).TotalHours));
        }

        _guestTokensAt = now;
    }
}
