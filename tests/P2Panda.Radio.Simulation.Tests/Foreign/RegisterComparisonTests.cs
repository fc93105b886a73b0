using System.Device.Gpio;
using System.Globalization;
using System.Text.Json;
using Iot.Device.Sx127x;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Tests;
using Xunit.Abstractions;
using Driver = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Simulation.Tests.Foreign;

/// <summary>
/// What our driver puts into the chip for every row of settings, beside what LoRaMac-node and RadioLib (with its errata switch) put there:
/// equal, or on the committed list <c>register-differences.json</c> with its reason. Rows we refuse are in <c>refused-rows.json</c>.
/// </summary>
public class RegisterComparisonTests(ITestOutputHelper output)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [Fact]
    public void OurRegistersAreTheirsOrTheDifferenceIsNamed()
    {
        List<RegisterDifference> differences = [];
        List<RefusedRow> refused = [];
        var rows = Compare("loramac-node", _ => true, differences, refused)
            + Compare("radiolib", settings => settings.GetProperty("errata_fixes").GetBoolean(), differences, refused);
        var found = differences
            .GroupBy(one => one with { Rows = 0 })
            .Select(group => group.Key with { Rows = group.Count() })
            .OrderBy(one => one.Driver).ThenBy(one => one.Register).ThenBy(one => one.Phase).ThenBy(one => one.Theirs).ThenBy(one => one.Ours)
            .ToList();
        output.WriteLine($"{rows} rows compared, {refused.Count} refused, {found.Count} named differences");
        if (Environment.GetEnvironmentVariable("WRITE_DIFFERENCES") is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, "register-differences.json"), JsonSerializer.Serialize(found, Json));
            File.WriteAllText(Path.Combine(folder, "refused-rows.json"), JsonSerializer.Serialize(refused, Json));
        }

        var named = Read<RegisterDifference>("register-differences.json");
        found.ShouldBe([.. named.Select(one => one with { Reason = "" })]);
        named.ShouldAllBe(one => one.Reason.Length > 20);
        refused.ShouldBe(Read<RefusedRow>("refused-rows.json"));
    }

    private static List<T> Read<T>(string file) => JsonSerializer.Deserialize<List<T>>(
        File.ReadAllText(Path.Combine(TestVectors.RepositoryRoot, "tests/P2Panda.Radio.Simulation.Tests/Foreign", file)), Json)!;

    private static int Compare(string name, Func<JsonElement, bool> isWanted, List<RegisterDifference> differences, List<RefusedRow> refused)
    {
        using var vectors = TestVectors.Json($"sx127x/{name}.json");
        var defaults = vectors.RootElement.GetProperty("reset_defaults");
        var rows = 0;
        foreach (var record in vectors.RootElement.GetProperty("records").EnumerateArray())
        {
            var settings = record.GetProperty("settings");
            if (!isWanted(settings))
                continue;
            rows++;
            var phase = record.GetProperty("phase").GetString()!;
            byte[] ours;
            try
            {
                ours = OurRegisters(settings, phase);
            }
            catch (ArgumentException refusal)
            {
                refused.Add(new RefusedRow(name, record.GetProperty("row").GetInt32(), phase, refusal.Message.Replace(" (Parameter 'settings')", "", StringComparison.Ordinal)));
                continue;
            }

            var theirs = record.GetProperty("registers");
            foreach (var entry in defaults.EnumerateObject())
            {
                var address = Hex(entry.Name);
                if (IsReport(address))
                    continue;
                var value = theirs.TryGetProperty(entry.Name, out var written) ? Hex(written.GetString()!) : Hex(entry.Value.GetString()!);
                if (value != ours[address])
                    differences.Add(new RegisterDifference(name, phase, entry.Name, $"{value:x2}", $"{ours[address]:x2}", 0, ""));
            }
        }

        return rows;
    }

    private static byte[] OurRegisters(JsonElement settings, string phase)
    {
        var time = new VirtualTimeProvider();
        using var chip = new ChipModel(new SimulatedEther(time), "ours");
        using var driver = new Driver(chip.Spi, chip.Pins.Reset, chip.Pins.Dio0, chip.Pins.Dio1, new GpioController(chip.Lines), wait: time.Sleep);
        byte[] registers = [];
        chip.ModeEntered = _ => registers = chip.PeekAll();
        var wanted = Ours(settings, null);
        if (settings.TryGetProperty("after", out var before))
        {
            driver.Initialize(Ours(settings, before));
            Do(driver, settings, before, before.GetProperty("phase").GetString()!);
            time.RunFor(TimeSpan.FromHours(1));
            driver.Service([]);
            driver.Configure(wanted);
        }
        else
        {
            driver.Initialize(wanted);
        }

        Do(driver, settings, null, phase);
        return registers;
    }

    private static void Do(Driver driver, JsonElement settings, JsonElement? over, string phase)
    {
        var length = Get(settings, over, "payload_bytes")!.Value.GetInt32();
        switch (phase)
        {
            case "tx":
                driver.Transmit([.. Enumerable.Range(0, length).Select(i => (byte)(7 * i + 3))]);
                break;
            case "rx" when Get(settings, over, "rx_mode")?.GetString() == "single":
                var timeout = Get(settings, over, "rx_symbol_timeout");
                driver.ReceiveSingle(timeout is { ValueKind: JsonValueKind.Number } symbols ? symbols.GetInt32() : 100);
                break;
            case "rx":
                driver.ReceiveContinuous();
                break;
            case "cad":
                driver.DetectActivity();
                break;
        }
    }

    private static Sx127xSettings Ours(JsonElement settings, JsonElement? over)
    {
        JsonElement Value(string name) => Get(settings, over, name)!.Value;
        var inverted = Value("iq_inverted").GetBoolean();
        return new Sx127xSettings
        {
            FrequencyHz = Value("frequency_hz").GetInt64(),
            SpreadingFactor = Value("spreading_factor").GetInt32(),
            Bandwidth = BandwidthExtensions.FromHertz(Value("bandwidth_hz").GetInt32()),
            CodingRateDenominator = Value("coding_rate").GetString()![2] - '0',
            PreambleSymbols = Value("preamble_symbols").GetInt32(),
            SyncWord = Hex(Value("sync_word").GetString()!),
            PowerDbm = Value("output_power_dbm").GetInt32(),
            PowerOutput = Value("power_output").GetString() == "rfo" ? PowerOutput.Rfo : PowerOutput.PaBoost,
            InvertIqTransmit = inverted,
            InvertIqReceive = inverted,
            Crc = Value("crc").GetBoolean(),
            ImplicitHeaderLength = Value("header").GetString() == "implicit" ? Value("payload_bytes").GetInt32() : null,
        };
    }

    private static JsonElement? Get(JsonElement settings, JsonElement? over, string name) =>
        over is { } before && before.TryGetProperty(name, out var changed) ? changed
        : settings.TryGetProperty(name, out var value) ? value
        : null;

    /// <summary>The chip's own reports, and what only a reset writes.</summary>
    private static bool IsReport(byte address) => address is 0x10 or 0x12 or (>= 0x13 and <= 0x1C) or 0x25 or (>= 0x28 and <= 0x2A) or 0x2C;

    private static byte Hex(string text) => byte.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
