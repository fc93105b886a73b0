using System.Reflection;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Simulation.Law;

namespace P2Panda.Radio.Simulation.Tests.Law;

/// <summary>
/// A station with the shipped ledger in a world with a true time, in which its process is killed, its machine loses power, its monotonic
/// clock starts anew and its disk fails. Everything that leaves the antenna is recorded in true time.
/// </summary>
internal sealed class StationUnderTest : IDurableMarks
{
    private readonly StationPlan _plan;
    private readonly Random _random;
    private byte[]? _mark;
    private Guid _boot = Guid.NewGuid();
    private TimeSpan _bootedAt;
    private AirtimeLedger _ledger;

    public StationUnderTest(StationPlan plan, int seed)
    {
        _plan = plan;
        _random = new Random(seed);
        _bootedAt = -Chance(0, 10_000);
        _ledger = new AirtimeLedger(plan, this, new LedgerOpening { Boot = _boot, FirstStart = true }, Clock);
    }

    public TimeSpan Now { get; private set; }

    public List<EmissionRecord> Emissions { get; } = [];

    public bool DiskFails { get; set; }

    public long Writes { get; private set; }

    public Dictionary<string, int> Seen { get; } = [];

    private TimeSpan Clock => Now - _bootedAt;

    /// <summary>The plan's file as the program carries it.</summary>
    public static byte[] PlanFile(string id)
    {
        using var stream = typeof(RegionalPlans).Assembly.GetManifestResourceStream($"regions/{id}.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public IReadOnlyList<LawViolation> Judge() => new LawChecker(
        PlanFile(_plan.Plan.Id),
        _plan.Setup.SubBand,
        [.. _plan.Setup.Overrides],
        _plan.Setup.AntennaGainDbi,
        _plan.Setup.CableLossDb).Check(Emissions);

    /// <summary>Asks for a frame; among disasters time goes on when it is not granted.</summary>
    /// <returns>When to ask again, in true time, or none when the frame was granted or refused.</returns>
    public TimeSpan? Transmit(RadioSettings settings, int bytes, bool disasters)
    {
        var airtime = TimeOnAir.Of(settings.Modulation, bytes);

        // A reading that lags behind an earlier one: another thread, a virtual machine.
        var reading = disasters && _random.Next(20) == 0 ? Clock - Chance(0, 5) : Clock;
        switch (_ledger.TryReserve(new AirtimeRequest { Settings = settings, Airtime = airtime }, reading))
        {
            case AirtimeAnswer.Granted granted:
                Count("granted");
                if (disasters)
                {
                    Adventure(granted.Reservation, settings, airtime);
                }
                else
                {
                    Emit(settings, airtime);
                    _ledger.Complete(granted.Reservation, Clock);
                }

                break;
            case AirtimeAnswer.Wait wait:
                Count("wait");
                var until = wait.Until + _bootedAt;
                if (disasters)
                {
                    // Mostly as told, sometimes impatiently.
                    Now = _random.Next(3) == 0 || until <= Now ? Now + Chance(0, 600) : until;
                }

                return until;
            case AirtimeAnswer.Refused refused:
                Count(refused.Reason.ToString());
                Now += Chance(0, 30);
                break;
        }

        return null;
    }

    /// <summary>Lets time pass.</summary>
    public void WaitUntil(TimeSpan until) => Now = until > Now ? until : Now;

    public void Disaster()
    {
        switch (_random.Next(8))
        {
            case 0:
                Count("killed");
                Now += Chance(0, 20);
                Restart();
                break;
            case 1:
                Count("power lost");
                Reboot(Chance(0, 7200));
                break;
            case 2:
                Count("stopped cleanly");
                Flush();
                Now += Chance(0, 100);
                Restart();
                break;
            case 3:
                Count("powered down cleanly");
                Flush();
                Reboot(Chance(0, 4000));
                break;
            case 4:
                Count("mark lost");
                _mark = null;
                Restart();
                break;
            case 5 when _mark is not null:
                Count("mark damaged");
                _mark[_random.Next(_mark.Length)] ^= (byte)(1 << _random.Next(8));
                Restart();
                break;
            case 6:
                Count("disk fails");
                DiskFails = true;
                break;
            default:
                DiskFails = false;
                Now += Chance(0, 3600);
                break;
        }
    }

    public byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name) => _mark?.ToArray();

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind) => [];

    public void Write(MarkKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (DiskFails)
        {
            // A write that failed may have reached the disk all the same.
            _mark = _random.Next(2) == 0 ? value.ToArray() : _mark;
            throw new IOException("I/O error");
        }

        Writes++;
        _mark = value.ToArray();
    }

    public void Remove(MarkKind kind, ReadOnlySpan<byte> name) => _mark = null;

    private void Adventure(AirtimeReservation reservation, RadioSettings settings, TimeSpan airtime)
    {
        Now += Chance(0, 0.5);
        switch (_random.Next(30))
        {
            case 0:
                _ledger.Cancel(reservation);
                break;
            case 1:
                // Killed with the frame on the air: the chip sends on until the next start resets it.
                Count("killed while sending");
                var killed = Now;
                Emit(settings, airtime);
                Now = killed + Chance(0, airtime.TotalSeconds);
                Restart();
                Now = killed + airtime;
                break;
            case 2:
                Count("power lost after sending");
                Emit(settings, airtime);
                Reboot(Chance(0, 1));
                break;
            case 3:
                Count("killed before sending");
                Restart();
                break;
            default:
                Emit(settings, airtime);
                Now += Chance(0, 0.05);
                _ledger.Complete(reservation, Clock);
                break;
        }
    }

    private void Emit(RadioSettings settings, TimeSpan airtime)
    {
        Emissions.Add(new EmissionRecord(Now, airtime, settings.FrequencyHz, settings.Modulation.BandwidthHz, settings.PowerDbm));
        Now += airtime;
    }

    private void Flush()
    {
        try
        {
            _ledger.Flush(Clock);
        }
        catch (IOException)
        {
            Count("flush failed");
        }
    }

    private void Reboot(TimeSpan off)
    {
        Now += off;
        _bootedAt = Now - Chance(0, 60);
        _boot = _random.Next(4) == 0 ? Guid.Empty : new Guid(Bytes());
        Restart();
    }

    private byte[] Bytes()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return bytes;
    }

    private void Restart() => _ledger = new AirtimeLedger(_plan, this, new LedgerOpening { Boot = _boot == Guid.Empty ? null : _boot }, Clock);

    private TimeSpan Chance(double low, double high) => TimeSpan.FromSeconds(low + (_random.NextDouble() * (high - low)));

    private void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;
}
