using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>
/// Books airtime before it is used, so that no window of any rule is ever exceeded: duty cycle per sub-band, dwell per channel, pauses,
/// and the chip's own rule for +20 dBm. Every instant given to it is a reading of one monotonic clock
/// (<c>TimeProvider.GetElapsedTime(0)</c>); the wall clock plays no part. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// The whole state is one durable mark. It is written when a block of airtime (1/<see cref="BlocksPerWindow"/> of a limit) has been used
/// up, and every <see cref="CheckpointInterval"/> while anything counts: at most 36 writes an hour and sub-band at saturation, each
/// of at most 4 KiB per sub-band in use. With 8 KiB of journal on top that is 3.8 GB a year; with a hundredfold write amplification
/// of a cheap card 0.38 TB, against the 4 TB that an 8 GB card of 500 cycles bears: ten years. A crash costs at most one block per
/// account.
/// </para>
/// <para>
/// A write that fails means no transmission. A mark that is missing (other than on a first start) or damaged means waiting a full
/// window. After a reboot what is in the mark is as old as it was when written: time without power is not believed.
/// </para>
/// </remarks>
public sealed class AirtimeLedger
{
    /// <summary>Blocks that a limit is written down in.</summary>
    public const int BlocksPerWindow = 30;

    /// <summary>Reservations that may be open at a time.</summary>
    public const int MaxOpen = 16;

    /// <summary>Accounts kept at a time: sub-bands and channels. A plan has at most 9 sub-bands and 64 channels.</summary>
    public const int MaxAccounts = 128;

    /// <summary>Durable accounts kept at a time; more would not fit one mark.</summary>
    public const int MaxDurableAccounts = 15;

    /// <summary>Power above which the SX127x may transmit 1 % of the time only (SX1276 datasheet, section 5.4.3), in dBm.</summary>
    public const int HighPowerAboveDbm = 17;

    /// <summary>Windows shorter than this are not written down but waited out after a restart.</summary>
    public static readonly TimeSpan ShortestDurableWindow = TimeSpan.FromMinutes(1);

    /// <summary>How often ages are written down while something counts.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(10);

    /// <summary>How long a radio may go on sending after its program was killed, until the next start resets it.</summary>
    public static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(15);

    private const string HighPowerAccount = "sx127x/high-power";
    private static readonly TimeSpan HighPowerWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan HighPowerLimit = HighPowerWindow / 100;
    private static readonly byte[] MarkName = "airtime"u8.ToArray();

    private readonly StationPlan _plan;
    private readonly IDurableMarks _marks;
    private readonly Guid _boot;
    private readonly Dictionary<string, AirtimeAccount> _accounts = new(StringComparer.Ordinal);
    private readonly TimeSpan _startedAt;
    private readonly TimeSpan _volatileKnownSince;
    private TimeSpan _knownSince;
    private TimeSpan _now;
    private TimeSpan _writtenAt;
    private TimeSpan _lastEnd;
    private int _open;
    private bool _dirty;
    private (long FrequencyHz, int BandwidthHz) _permittedChannel;
    private ChannelPermit? _permit;

    /// <summary>Opens the ledger of a station.</summary>
    /// <param name="plan">The law it keeps.</param>
    /// <param name="marks">Where it remembers.</param>
    /// <param name="opening">What is known about this start.</param>
    /// <param name="now">Monotonic time.</param>
    /// <exception cref="IOException">The marks cannot be read; nothing may be transmitted.</exception>
    public AirtimeLedger(StationPlan plan, IDurableMarks marks, LedgerOpening opening, TimeSpan now)
    {
        _plan = plan;
        _marks = marks;
        _boot = opening.Boot ?? Guid.Empty;
        _now = now;
        _startedAt = now + Aftermath;
        _writtenAt = now;
        _lastEnd = _startedAt;
        var bytes = marks.Read(MarkKind.Ledger, MarkName);
        if (bytes is null)
        {
            State = opening.FirstStart ? LedgerState.FirstStart : LedgerState.Missing;
            _knownSince = opening.FirstStart ? TimeSpan.MinValue : _startedAt;
            _volatileKnownSince = _knownSince;
            _lastEnd = opening.FirstStart ? TimeSpan.MinValue : _startedAt;
            return;
        }

        _volatileKnownSince = _startedAt;
        if (LedgerRecord.Decode(bytes) is { } record)
        {
            State = LedgerState.Restored;
            Restore(record, now);
        }
        else
        {
            State = LedgerState.Damaged;
            _knownSince = _startedAt;
        }
    }

    /// <summary>
    /// Writes down that a station has never transmitted, unless something is written already. To be called before the station's radio key
    /// is made, whose presence is what tells a later start that it may have transmitted: a crash between the two then costs nothing.
    /// </summary>
    /// <param name="marks">Where it remembers.</param>
    /// <param name="boot">As in <see cref="LedgerOpening.Boot"/>.</param>
    /// <param name="now">Monotonic time.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Begin(IDurableMarks marks, Guid? boot, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(marks);
        if (marks.Read(MarkKind.Ledger, MarkName) is null)
        {
            marks.Write(MarkKind.Ledger, MarkName, new LedgerRecord(boot ?? Guid.Empty, now, TimeSpan.MinValue, []).Encode());
        }
    }

    /// <summary>How the ledger was found.</summary>
    public LedgerState State { get; }

    /// <summary>Airtime by class and author, for quotas.</summary>
    public AirtimeShares Shares { get; } = new();

    /// <summary>Writes to stable storage so far.</summary>
    public long Writes { get; private set; }

    /// <summary>The plan that is kept.</summary>
    public StationPlan Plan => _plan;

    /// <summary>Books airtime for one transmission.</summary>
    /// <param name="request">What is to be sent.</param>
    /// <param name="now">Monotonic time; a reading below an earlier one is taken as that earlier one.</param>
    public AirtimeAnswer TryReserve(AirtimeRequest request, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(request.Airtime, TimeSpan.Zero);
        now = Advance(now);
        var reasons = PermitFor(request.Settings, out var permit);
        if (permit is null)
        {
            return new AirtimeAnswer.Refused(AirtimeRefusal.NotAllowed, string.Join("; ", reasons));
        }

        if (request.Settings.PowerDbm > permit.MaxPowerDbm)
        {
            return new AirtimeAnswer.Refused(
                AirtimeRefusal.TooMuchPower,
                $"{permit.RuleId} allows this station {permit.MaxPowerDbm} dBm at the module, not {request.Settings.PowerDbm} dBm");
        }

        var limits = LimitsFor(permit, request.Settings);
        var tooLong = limits.Where(limit => request.Airtime > limit.Airtime).Select(limit => limit.Account).ToList();
        if (permit.MaxTransmission is { } longest && request.Airtime > longest)
        {
            tooLong.Add(permit.RuleId);
        }

        if (tooLong.Count > 0)
        {
            return new AirtimeAnswer.Refused(
                AirtimeRefusal.TooLong,
                FormattableString.Invariant($"{request.Airtime.TotalMilliseconds:0.0} ms is longer than {string.Join(", ", tooLong.Distinct())} allows"));
        }

        if (_open == MaxOpen)
        {
            return new AirtimeAnswer.Refused(AirtimeRefusal.TooManyOpen, $"{MaxOpen} reservations are open; complete or cancel them");
        }

        return Book(request, permit, limits, now);
    }

    /// <summary>The transmission is over, or may have taken place: its airtime counts until a window after now.</summary>
    /// <exception cref="InvalidOperationException">The reservation is closed already, or another ledger's.</exception>
    public void Complete(AirtimeReservation reservation, TimeSpan now)
    {
        now = Advance(now);
        Close(reservation);
        foreach (var account in reservation.Accounts)
        {
            account.Past.Add(now, reservation.Airtime);
            account.Block -= Min(account.Block, reservation.Airtime);
        }

        _lastEnd = now;
        _dirty = true;
        Shares.Add(reservation.Class, reservation.Author, reservation.Airtime, now);
    }

    /// <summary>Nothing was transmitted, for certain: the airtime is free again.</summary>
    /// <exception cref="InvalidOperationException">The reservation is closed already, or another ledger's.</exception>
    public void Cancel(AirtimeReservation reservation) => Close(reservation);

    /// <summary>Airtime left in the current window under the rule that settings fall under; none when there is no such limit.</summary>
    /// <exception cref="ArgumentException">The plan does not allow the settings.</exception>
    public TimeSpan? Remaining(RadioSettings settings, TimeSpan now)
    {
        now = Advance(now);
        var reasons = PermitFor(settings, out var permit);
        if (permit is null)
        {
            throw new ArgumentException(string.Join("; ", reasons), nameof(settings));
        }

        TimeSpan? least = null;
        foreach (var limit in LimitsFor(permit, settings).Where(limit => limit.Window >= ShortestDurableWindow))
        {
            var left = limit.Airtime;
            if (_accounts.TryGetValue(limit.Account, out var account))
            {
                account.Past.Expire(now);
                left = account.BlockedUntil > now ? TimeSpan.Zero : left - account.Past.Used - account.Open;
            }
            else if (BlockedUntil(limit.Window) > now)
            {
                left = TimeSpan.Zero;
            }

            left = left < TimeSpan.Zero ? TimeSpan.Zero : left;
            least = least is null || left < least ? left : least;
        }

        return least;
    }

    /// <summary>Writes down exactly what was used, so that a clean stop costs nothing. The ledger stays usable.</summary>
    /// <exception cref="IOException">It could not be written; the next start believes a little more was used.</exception>
    public void Flush(TimeSpan now)
    {
        now = Advance(now);
        if (_accounts.Values.Any(account => account.IsDurable && account.Block != account.Open) || _dirty)
        {
            Write(now, account => account.Open);
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static List<Limit> LimitsFor(ChannelPermit permit, RadioSettings settings)
    {
        var limits = new List<Limit>(3);
        if (permit.Rule.DutyCycle is { Percent: < 100 } duty)
        {
            limits.Add(new Limit(permit.RuleId, duty.Window, duty.Limit));
        }

        if (permit.Rule.Dwell is { WindowSeconds: > 0 } dwell)
        {
            limits.Add(new Limit(FormattableString.Invariant($"{permit.RuleId}/{settings.FrequencyHz}"), dwell.Window, dwell.Limit));
        }

        if (settings.PowerDbm > HighPowerAboveDbm)
        {
            limits.Add(new Limit(HighPowerAccount, HighPowerWindow, HighPowerLimit));
        }

        return limits;
    }

    private IReadOnlyList<string> PermitFor(RadioSettings settings, out ChannelPermit? permit)
    {
        var channel = (settings.FrequencyHz, settings.Modulation.BandwidthHz);
        if (channel == _permittedChannel)
        {
            permit = _permit;
            return [];
        }

        var reasons = _plan.TryPermit(settings.FrequencyHz, settings.Modulation.BandwidthHz, out permit);
        if (permit is not null)
        {
            (_permittedChannel, _permit) = (channel, permit);
        }

        return reasons;
    }

    private AirtimeAnswer Book(AirtimeRequest request, ChannelPermit permit, List<Limit> limits, TimeSpan now)
    {
        if (permit.Rule.Access is { } access && _lastEnd > TimeSpan.MinValue && _lastEnd + access.Pause > now)
        {
            return new AirtimeAnswer.Wait(_lastEnd + access.Pause, permit.RuleId);
        }

        var accounts = new List<AirtimeAccount>(limits.Count);
        AirtimeAnswer.Wait? wait = null;
        foreach (var limit in limits)
        {
            if (AccountFor(limit, now) is not { } account)
            {
                return new AirtimeAnswer.Refused(AirtimeRefusal.TooManyAccounts, $"the ledger already keeps {_accounts.Count} accounts that are in use");
            }

            accounts.Add(account);
            if (account.WhenFree(request.Airtime, limit.Airtime, now) is { } until && (wait is null || until > wait.Until))
            {
                wait = new AirtimeAnswer.Wait(until, account.Id);
            }
        }

        if (wait is not null)
        {
            return wait;
        }

        var fresh = accounts.Zip(limits)
            .Where(pair => pair.First.IsDurable && pair.First.Open + request.Airtime > pair.First.Block)
            .ToDictionary(pair => pair.First, pair => pair.First.Open + Max(request.Airtime, pair.Second.Airtime / BlocksPerWindow));
        var checkpoint = now - _writtenAt >= CheckpointInterval && accounts.Any(account => account.IsDurable);
        if (fresh.Count > 0 || checkpoint)
        {
            try
            {
                Write(now, account => fresh.TryGetValue(account, out var block) ? block : account.Block);
            }
            catch (IOException failure)
            {
                return new AirtimeAnswer.Refused(AirtimeRefusal.NotDurable, $"the airtime could not be written down: {failure.Message}");
            }
        }

        foreach (var account in accounts)
        {
            account.Open += request.Airtime;
        }

        _open++;
        return new AirtimeAnswer.Granted(new AirtimeReservation(this, request, permit, accounts));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private AirtimeAccount? AccountFor(Limit limit, TimeSpan now)
    {
        if (_accounts.TryGetValue(limit.Account, out var account))
        {
            if (limit.Window > account.Past.Window)
            {
                // The plan changed: what a longer window would have remembered is gone.
                account.Past.Widen(limit.Window);
                account.BlockedUntil = _startedAt + limit.Window;
            }

            return account;
        }

        var durable = limit.Window >= ShortestDurableWindow;
        if (_accounts.Count >= MaxAccounts || (durable && _accounts.Values.Count(item => item.IsDurable) >= MaxDurableAccounts))
        {
            var idle = _accounts.Values.FirstOrDefault(item =>
            {
                item.Past.Expire(now);
                return item.IsIdle(now) && item.IsDurable == durable;
            });
            if (idle is null)
            {
                return null;
            }

            _accounts.Remove(idle.Id);
        }

        account = new AirtimeAccount(limit.Account, limit.Window, BlockedUntil(limit.Window));
        _accounts.Add(account.Id, account);
        return account;
    }

    // What lies before the first instant that is known may have been full.
    private TimeSpan BlockedUntil(TimeSpan window)
    {
        var since = window >= ShortestDurableWindow ? _knownSince : _volatileKnownSince;
        return since == TimeSpan.MinValue ? TimeSpan.MinValue : since + window;
    }

    private TimeSpan Advance(TimeSpan now) => _now = Max(_now, now);

    private void Close(AirtimeReservation reservation)
    {
        if (reservation.Closed || reservation.Ledger != this)
        {
            throw new InvalidOperationException("The reservation is closed already, or belongs to another ledger.");
        }

        reservation.Closed = true;
        _open--;
        foreach (var account in reservation.Accounts)
        {
            account.Open -= reservation.Airtime;
        }
    }

    private void Restore(LedgerRecord record, TimeSpan now)
    {
        // Within one boot the clock ran on. Otherwise a thing is as old as it was when written, and nothing is believed of the time since.
        var sameBoot = _boot != Guid.Empty && record.Boot == _boot && record.WrittenAt <= now;
        var shift = sameBoot ? TimeSpan.Zero : now - record.WrittenAt;
        _knownSince = record.KnownSince == TimeSpan.MinValue ? TimeSpan.MinValue : record.KnownSince + shift;
        foreach (var stored in record.Accounts)
        {
            var account = new AirtimeAccount(stored.Id, stored.Window, BlockedUntil(stored.Window));
            foreach (var (end, airtime) in stored.Slots)
            {
                account.Past.Add(Min(end + shift, now), airtime);
            }

            if (stored.Block > TimeSpan.Zero)
            {
                account.Past.Add(_startedAt, stored.Block);
            }

            _accounts.Add(account.Id, account);
        }

        _dirty = true;
    }

    private void Write(TimeSpan now, Func<AirtimeAccount, TimeSpan> blockOf)
    {
        var blocks = new List<(AirtimeAccount Account, TimeSpan Block)>();
        foreach (var account in _accounts.Values.Where(account => account.IsDurable))
        {
            account.Past.Expire(now);
            blocks.Add((account, blockOf(account)));
        }

        var record = new LedgerRecord(_boot, now, _knownSince, [.. blocks.Select(pair => new LedgerRecord.Account(
            pair.Account.Id,
            pair.Account.Past.Window,
            pair.Block,
            [.. pair.Account.Past.Slots.Select(slot => (slot.End, slot.Airtime))]))]);
        _marks.Write(MarkKind.Ledger, MarkName, record.Encode());
        Writes++;
        _writtenAt = now;
        _dirty = false;
        foreach (var (account, block) in blocks)
        {
            account.Block = block;
        }
    }

    private readonly record struct Limit(string Account, TimeSpan Window, TimeSpan Airtime);
}
