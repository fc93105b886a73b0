using System.Diagnostics;
using System.Reflection;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Tests.Regulation;

public sealed class RegionalPlanTests
{
    private static readonly string Folder = Path.Combine(
        typeof(RegionalPlanTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "RepositoryRoot").Value!,
        "firmware-config/regions");

    public static TheoryData<string> Plans => [.. RegionalPlans.All.Select(plan => plan.Id)];

    [Fact]
    public void EveryFileIsInTheProgram()
    {
        var files = Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Where(name => name != "region.schema");
        RegionalPlans.All.Select(plan => plan.Id).ShouldBe(files, ignoreOrder: true);
        RegionalPlans.All.Count.ShouldBe(21);
        RegionalPlans.Find("atlantis").ShouldBeNull();
    }

    [Fact]
    public void EveryFileFollowsThePublishedSchema()
    {
        const string Program = """
            import glob, json, os, sys, jsonschema
            schema = json.load(open("region.schema.json"))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            files = [name for name in glob.glob("*.json") if name != "region.schema.json"]
            for name in files:
                for error in validator.iter_errors(json.load(open(name))):
                    print(name, list(error.path), error.message)
            # The schema must refuse something, too.
            broken = json.load(open("eu868.json"))
            broken["subBands"][0]["dutyCycle"]["percent"] = 0
            assert list(validator.iter_errors(broken))
            print(len(files), "checked")
            """;
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Program])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = python.StandardOutput.ReadToEnd();
        python.StandardError.ReadToEnd().ShouldBeEmpty();
        python.WaitForExit();
        output.ShouldBe("21 checked\n");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void PlansAreConsistent(string id)
    {
        var plan = RegionalPlans.Get(id);
        plan.SubBands.Select(band => band.Id).ShouldBeUnique();
        plan.SubBands.SelectMany(band => band.Overrides).Select(item => item.Id).ShouldBeUnique();
        foreach (var band in plan.SubBands)
        {
            band.LowHz.ShouldBeLessThan(band.HighHz);
            band.Sources.ShouldAllBe(key => plan.Sources.ContainsKey(key));
            band.Overrides.SelectMany(item => item.Sources).ShouldAllBe(key => plan.Sources.ContainsKey(key));
            if (band.Hopping is { } hopping)
            {
                hopping.Channels.ShouldBeGreaterThanOrEqualTo(hopping.MinChannels);
                band.Fits(hopping.ChannelHz(0), band.MaxBandwidthHz!.Value).ShouldBeTrue();
                band.Fits(hopping.ChannelHz(hopping.Channels - 1), band.MaxBandwidthHz!.Value).ShouldBeTrue();
                hopping.SpacingHz.ShouldBeGreaterThanOrEqualTo(band.MaxBandwidthHz.Value);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void EveryProfileCanBeUsedWithItsRuleAndSendsItsLongestFrame(string id)
    {
        var plan = RegionalPlans.Get(id);
        if (plan.Refusal is not null)
        {
            Should.Throw<ArgumentException>(() => StationPlan.Create(plan, new StationSetup())).Message.ShouldContain(plan.Refusal);
            return;
        }

        foreach (var profile in plan.Profiles)
        {
            var rule = plan.FindSubBand(profile.SubBand).ShouldNotBeNull();
            var enabling = rule.Overrides.Where(item => item.Enable).Select(item => item.Id).Take(1);
            var station = StationPlan.Create(plan, new StationSetup { SubBand = rule.Id, Overrides = [.. enabling] });
            var settings = station.SettingsFor(profile.Id);
            station.TryPermit(settings.FrequencyHz, settings.Modulation.BandwidthHz, out var permit).ShouldBeEmpty();
            permit!.RuleId.ShouldBe($"{plan.Id}/{rule.Id}");
            if (permit.MaxTransmission is { } longest && profile.SpreadingFactor <= 9)
            {
                TimeOnAir.Of(settings.Modulation, 255).ShouldBeLessThanOrEqualTo(longest);
            }
        }
    }

    [Theory]
    [InlineData("eu868", "standard", 2.15, 0, 17)] // 29.15 dBm EIRP allows 27; the module ends at 17.
    [InlineData("eu868", "standard", 15, 1, 15)]
    [InlineData("eu868", "busy", 2.15, 0, 14)]
    [InlineData("eu868", "busy", 0, 0, 16)]
    [InlineData("eu868", "busy", 6, 0.5, 10)]
    [InlineData("eu433", "standard", 2.15, 0, 10)]
    [InlineData("as923", "standard", 2, 0, 14)]
    [InlineData("jp920", "standard", 2.15, 0, 10)]
    [InlineData("us915", "standard", 6, 0, 17)]
    [InlineData("us915", "standard", 20, 0, 16)]
    public void PowerFollowsAntennaAndCable(string id, string profile, double gain, double loss, int dbm)
    {
        var station = StationPlan.Create(RegionalPlans.Get(id), new StationSetup { AntennaGainDbi = gain, CableLossDb = loss });
        station.SettingsFor(profile).PowerDbm.ShouldBe(dbm);
    }

    [Theory]
    [InlineData("eu868", 869_525_000, 250_000, null, "eu868/P")]
    [InlineData("eu868", 869_525_000, 500_000, null, null)]
    [InlineData("eu868", 869_500_000, 250_000, null, null)]
    [InlineData("eu868", 863_062_500, 125_000, null, "eu868/K")]
    [InlineData("eu868", 865_000_000, 125_000, null, null)] // straddles K and L
    [InlineData("eu868", 868_950_000, 125_000, null, "eu868/N")]
    [InlineData("eu868", 868_650_000, 62_500, null, null)] // alarms
    [InlineData("eu868", 869_850_000, 125_000, null, "eu868/Q")]
    [InlineData("eu868", 869_850_000, 125_000, "P-prime", "eu868/P-prime")]
    [InlineData("eu868", 865_700_000, 125_000, null, "eu868/L")]
    [InlineData("eu868", 870_500_000, 125_000, null, null)]
    [InlineData("us915", 910_000_000, 500_000, null, "us915/dts")]
    [InlineData("us915", 910_000_000, 125_000, null, null)]
    [InlineData("us915", 910_000_000, 250_000, "hop25", "us915/hop25")]
    [InlineData("us915", 910_100_000, 250_000, "hop25", null)]
    [InlineData("eu433", 434_500_000, 20_833, "narrow", "eu433/narrow")]
    [InlineData("eu433", 434_500_000, 125_000, "narrow", null)]
    [InlineData("jp920", 925_000_000, 125_000, null, null)]
    [InlineData("kr920", 921_500_000, 125_000, null, "kr920/low")]
    [InlineData("my919", 923_500_000, 125_000, null, "my919/923")]
    public void ChannelsFallUnderTheRightRule(string id, long hz, int bandwidth, string? rule, string? expected)
    {
        var station = StationPlan.Create(RegionalPlans.Get(id), new StationSetup { SubBand = rule });
        var reasons = station.TryPermit(hz, bandwidth, out var permit);
        permit?.RuleId.ShouldBe(expected);
        (permit is null).ShouldBe(expected is null);
        (reasons.Count > 0).ShouldBe(expected is null);
    }

    [Fact]
    public void EverythingThatIsWrongIsSaidAtOnce()
    {
        var errors = StationPlan.TryCreate(
            RegionalPlans.Get("cn779"),
            new StationSetup { AntennaGainDbi = double.NaN, CableLossDb = -1, ModuleMinDbm = 5, ModuleMaxDbm = 4, SubBand = "x", Overrides = ["y"] },
            out var station);
        station.ShouldBeNull();
        errors.Count.ShouldBe(6);
    }

    [Fact]
    public void FixedNarrowChannelsInTheUnitedStatesAreRefusedWithEveryReason()
    {
        var station = StationPlan.Create(RegionalPlans.Get("us915"), new StationSetup());
        var reasons = station.TryPermit(910_000_000, 125_000, out _);
        reasons.ShouldContain("us915/dts: needs a bandwidth of at least 500 kHz");
        reasons.ShouldContain(reason => reason.StartsWith("us915/low-power: allows -3.4 dBm at the module", StringComparison.Ordinal));
    }

    [Fact]
    public void LaxerFiguresNeedAnOverrideThatIsSeenInTheResult()
    {
        var plan = RegionalPlans.Get("eu433");
        StationPlan.Create(plan, new StationSetup()).TryPermit(433_500_000, 125_000, out var strict).ShouldBeEmpty();
        strict!.Rule.DutyCycle!.Percent.ShouldBe(1);
        strict.Overrides.ShouldBeEmpty();

        var station = StationPlan.Create(plan, new StationSetup { Overrides = ["433-duty-10"] });
        station.TryPermit(433_500_000, 125_000, out var lax).ShouldBeEmpty();
        lax!.Rule.DutyCycle!.Percent.ShouldBe(10);
        lax.Overrides.ShouldHaveSingleItem().Id.ShouldBe("433-duty-10");
        station.Overrides.ShouldHaveSingleItem();
    }

    [Fact]
    public void ARuleThatNeedsAnOverrideIsNotEnabledByChoosingIt()
    {
        var plan = RegionalPlans.Get("eu868");
        StationPlan.TryCreate(plan, new StationSetup { SubBand = "46b" }, out _).ShouldHaveSingleItem().ShouldContain("46b-adopted or 46b-access-point");
        var station = StationPlan.Create(plan, new StationSetup { SubBand = "46b", Overrides = ["46b-access-point"] });
        station.TryPermit(866_300_000, 125_000, out var permit).ShouldBeEmpty();
        permit!.Rule.DutyCycle!.Percent.ShouldBe(10);
    }

    [Fact]
    public void AModuleForAnotherBandIsRefused()
    {
        var station = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { ModuleBand = (410_000_000, 525_000_000) });
        station.TryPermit(869_525_000, 125_000, out _).ShouldHaveSingleItem().ShouldBe("the module is made for 410 MHz–525 MHz, not for 869.525 MHz");
    }

    [Fact]
    public void JunkIsNotAPlan()
    {
        Should.Throw<FormatException>(() => RegionalPlan.Parse("{}"u8));
        Should.Throw<FormatException>(() => RegionalPlan.Parse("null"u8));
        Should.Throw<FormatException>(() => RegionalPlan.Parse("""{"id":"x","name":"x","countries":[],"sources":{},"subBands":[],"extra":1}"""u8));
    }
}
