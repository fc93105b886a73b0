using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Regulation;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>regions list|show|check</c>.</summary>
internal static class RegionsCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly string[] Properties =
        ["channel", "MHz", "rule", "power at module", "duty cycle", "dwell", "access", "longest frame", "frames an hour", "remark"];

    public static Command Create() => new("regions", "What the law of a region allows this station") { List(), Show(), Check() };

    private static Command List()
    {
        var json = JsonOption();
        var command = new Command("list", "List the regional plans") { json };
        command.SetAction(result =>
        {
            var table = new Table().AddColumns("plan", "name", "rules", "profiles", "remark");
            foreach (var plan in RegionalPlans.All)
            {
                if (result.GetValue(json))
                {
                    Console.Out.WriteLine(JsonSerializer.Serialize(
                        new { plan.Id, plan.Name, plan.Countries, Rules = plan.SubBands.Select(band => band.Id), Profiles = plan.Profiles.Select(profile => profile.Id), plan.Refusal }, Json));
                }

                Row(table, plan.Id, plan.Name, Join(plan.SubBands.Select(band => band.Id)), Join(plan.Profiles.Select(profile => profile.Id)), plan.Refusal is { } refusal ? "refused: " + refusal : string.Empty);
            }

            Print(table, result.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var region = new Argument<string>("region") { Description = "Name of a plan, for example eu868" };
        var json = JsonOption();
        var command = new Command("show", "Show a plan: rules, sources, overrides") { region, json };
        command.SetAction(result =>
        {
            var plan = Find(result.GetValue(region)!);
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(plan, Json));
                return ExitCode.Success;
            }

            var rules = new Table().AddColumns("rule", "MHz", "power", "duty cycle", "dwell", "access", "remark");
            foreach (var band in plan.SubBands)
            {
                var remarks = new[] { band.Refusal is { } refusal ? "refused: " + refusal : null, band.OffByDefault ? "off by default" : null, band.Note };
                Row(rules, band.Id, $"{Mhz(band.LowHz)}–{Mhz(band.HighHz)}", Power(band.Power), Duty(band), Dwell(band), Access(band), string.Join("; ", remarks.Where(remark => remark is not null)));
            }

            var overrides = new Table().AddColumns("override", "rule", "what the operator takes upon himself", "sources");
            foreach (var band in plan.SubBands)
            {
                foreach (var item in band.Overrides)
                {
                    Row(overrides, item.Id, band.Id, item.Note, Join(item.Sources));
                }
            }

            AnsiConsole.WriteLine($"{plan.Id}: {plan.Name}");
            AnsiConsole.WriteLine("Engineering guidance, not legal advice." + (plan.Note is { } note ? " " + note : string.Empty));
            AnsiConsole.Write(rules);
            if (overrides.Rows.Count > 0)
            {
                AnsiConsole.Write(overrides);
            }

            foreach (var band in plan.Forbidden)
            {
                AnsiConsole.WriteLine($"never: {Mhz(band.LowHz)}–{Mhz(band.HighHz)} MHz, {band.Reason}");
            }

            foreach (var (key, citation) in plan.Sources)
            {
                AnsiConsole.WriteLine($"[{key}] {citation}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Check()
    {
        var region = new Argument<string?>("region") { Description = "Name of a plan; default: the configuration's", Arity = ArgumentArity.ZeroOrOne };
        var profile = new Option<string?>("--profile") { Description = "One profile; default: all of the plan's" };
        var frequency = new Option<double?>("--frequency") { Description = "A carrier in MHz instead of a profile" };
        var bandwidth = new Option<double>("--bandwidth") { Description = "Bandwidth in kHz for --frequency", DefaultValueFactory = _ => 125 };
        var spreading = new Option<int>("--sf") { Description = "Spreading factor for --frequency", DefaultValueFactory = _ => 7 };
        var gain = new Option<double?>("--antenna-gain") { Description = "Antenna gain in dBi; default: the configuration's" };
        var loss = new Option<double?>("--cable-loss") { Description = "Cable loss in dB; default: the configuration's" };
        var min = new Option<int>("--module-min") { Description = "Lowest power of the module in dBm", DefaultValueFactory = _ => 2 };
        var max = new Option<int>("--module-max") { Description = "Highest power of the module in dBm", DefaultValueFactory = _ => 17 };
        var rule = new Option<string?>("--rule") { Description = "Follow this rule of the plan" };
        var overrides = new Option<string[]>("--override") { Description = "Name of an override; may be repeated" };
        var json = JsonOption();
        var command = new Command("check", "Say what a station may do on a channel, or every reason why nothing (exit code 1)")
        {
            region, profile, frequency, bandwidth, spreading, gain, loss, min, max, rule, overrides, json,
        };
        command.SetAction(result =>
        {
            var settings = SettingsOptions.Read(result).Radio;
            var plan = Find(result.GetValue(region) ?? settings.Region);
            var setup = new StationSetup
            {
                AntennaGainDbi = result.GetValue(gain) ?? settings.AntennaGainDbi,
                CableLossDb = result.GetValue(loss) ?? settings.CableLossDb,
                ModuleMinDbm = result.GetValue(min),
                ModuleMaxDbm = result.GetValue(max),
                SubBand = result.GetValue(rule),
                Overrides = result.GetValue(overrides) ?? [],
            };
            var channels = Channels(plan, result.GetValue(profile), result.GetValue(frequency), result.GetValue(bandwidth), result.GetValue(spreading));
            return Report(plan, setup, channels, result.GetValue(json));
        });
        return command;
    }

    private static int Report(RegionalPlan plan, StationSetup setup, IEnumerable<(string Name, long Hz, LoraModulation Modulation)> channels, bool json)
    {
        var errors = StationPlan.TryCreate(plan, setup, out var station);
        if (station is null)
        {
            throw new CommandFailure(ExitCode.Failure, string.Concat(errors.Select(error => Environment.NewLine + "  " + error)).TrimStart());
        }

        var columns = new List<string[]> { Properties };
        var exit = ExitCode.Success;
        foreach (var (name, hz, modulation) in channels)
        {
            var reasons = station.TryPermit(hz, modulation.BandwidthHz, out var permit);
            var capacity = permit is null ? null : ChannelCapacity.Of(permit, modulation);
            if (permit is null)
            {
                exit = ExitCode.Failure;
            }

            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(
                    new
                    {
                        Region = plan.Id,
                        Channel = name,
                        FrequencyHz = hz,
                        modulation.BandwidthHz,
                        modulation.SpreadingFactor,
                        Allowed = permit is not null,
                        Reasons = reasons,
                        Rule = permit?.RuleId,
                        permit?.MaxPowerDbm,
                        DutyCyclePercent = permit?.Rule.DutyCycle?.Percent,
                        permit?.Rule.Dwell,
                        permit?.Rule.Access,
                        capacity?.LongestFrameBytes,
                        AirtimePerHourSeconds = capacity?.AirtimePerHour.TotalSeconds,
                        capacity?.FramesPerHour,
                        capacity?.Warning,
                        Overrides = permit?.Overrides.Select(item => item.Id),
                    },
                    Json));
            }
            else if (permit is null || capacity is null)
            {
                columns.Add([name, Mhz(hz), "refused", "–", "–", "–", "–", "–", "–", string.Join(Environment.NewLine, reasons)]);
            }
            else
            {
                var remarks = permit.Overrides.Select(item => $"override {item.Id}: {item.Note}").Append(capacity.Warning).Where(remark => remark is not null);
                columns.Add([
                    name,
                    Mhz(hz),
                    permit.RuleId,
                    $"{permit.MaxPowerDbm} dBm",
                    Duty(permit.Rule),
                    Dwell(permit.Rule),
                    Access(permit.Rule),
                    $"{capacity.LongestFrameBytes} B",
                    $"{capacity.FramesPerHour} of {Math.Min(capacity.LongestFrameBytes, ChannelCapacity.TypicalFrameBytes)} B",
                    string.Join(Environment.NewLine, remarks),
                ]);
            }
        }

        // One channel a column: a plan has few profiles and a channel has much to say.
        var table = new Table { ShowRowSeparators = true }.AddColumns([.. columns.Select(column => Markup.Escape(column[0]))]);
        for (var row = 1; row < columns[0].Length; row++)
        {
            Row(table, [.. columns.Select(column => column[row])]);
        }

        Print(table, json);
        return exit;
    }

    private static IEnumerable<(string Name, long Hz, LoraModulation Modulation)> Channels(RegionalPlan plan, string? profile, double? mhz, double khz, int spreadingFactor)
    {
        if (mhz is { } frequency)
        {
            var modulation = new LoraModulation { SpreadingFactor = spreadingFactor, BandwidthHz = Bandwidth(khz) };
            return spreadingFactor is >= 6 and <= 12
                ? [("given", (long)Math.Round(frequency * 1e6), modulation)]
                : throw new CommandFailure(ExitCode.Usage, $"There is no spreading factor {spreadingFactor}; there are 6 to 12.");
        }

        var profiles = profile is null ? plan.Profiles : plan.FindProfile(profile) is { } found ? [found] : throw new CommandFailure(
            ExitCode.Usage, $"Plan {plan.Id} has no profile '{profile}'; it has {Join(plan.Profiles.Select(item => item.Id))}.");
        return profiles.Select(item => (item.Id, item.FrequencyHz, item.Modulation));
    }

    private static int Bandwidth(double khz)
    {
        ReadOnlySpan<int> all = [7_812, 10_416, 15_625, 20_833, 31_250, 41_666, 62_500, 125_000, 250_000, 500_000];
        foreach (var bandwidth in all)
        {
            // 7.8, 10.4, 20.8 and 41.7 are how the datasheet rounds them.
            if (Math.Abs(bandwidth - (khz * 1000)) < 50)
            {
                return bandwidth;
            }
        }

        throw new CommandFailure(ExitCode.Usage, "The bandwidths are 7.8, 10.4, 15.6, 20.8, 31.25, 41.7, 62.5, 125, 250 and 500 kHz.");
    }

    private static RegionalPlan Find(string id) => RegionalPlans.Find(id)
        ?? throw new CommandFailure(ExitCode.Usage, $"There is no regional plan '{id}'. There are: {Join(RegionalPlans.All.Select(plan => plan.Id))}.");

    private static Option<bool> JsonOption() => new("--json") { Description = "JSON, one object a line" };

    private static void Print(Table table, bool json)
    {
        if (!json)
        {
            AnsiConsole.Write(table);
        }
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);

    private static string Join(IEnumerable<string> items) => string.Join(", ", items);

    private static string Mhz(long hz) => (hz / 1e6).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Power(PowerLimit power) => FormattableString.Invariant($"{power.MaxDbm} dBm ") + power.Reference switch
    {
        PowerReference.Erp => "ERP",
        PowerReference.Eirp => "EIRP",
        _ => "conducted",
    };

    private static string Duty(SubBand band) => band.DutyCycle is { Percent: < 100 } duty
        ? FormattableString.Invariant($"{duty.Percent} % of {duty.WindowSeconds} s")
        : "none";

    private static string Dwell(SubBand band) => band.Dwell is { } dwell
        ? $"{dwell.MaxMilliseconds} ms" + (dwell.WindowSeconds > 0 ? $" in {dwell.WindowSeconds} s" : string.Empty)
        : "none";

    private static string Access(SubBand band) => band.Access is { } access
        ? FormattableString.Invariant($"listen {access.SensingMicroseconds / 1000.0} ms below {access.ThresholdDbm} dBm")
        : band.Hopping is { } hopping ? $"hop over {hopping.Channels}" : "detection";
}
