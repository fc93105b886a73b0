using Microsoft.Extensions.Logging;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Capture;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Node;
using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Makes the radio node that the settings describe.</summary>
internal static class RadioNodes
{
    private const int MaxStrictSpreadingFactor = 8;

    /// <summary>Makes the node; its radio is off until it is started.</summary>
    /// <exception cref="CommandFailure">Region, profile, antenna and power do not go together; everything wrong is listed.</exception>
    /// <exception cref="KeyFileException">The radio key cannot be read or made.</exception>
    public static RadioNode Create(
        GatewaySettings settings, ILogStore store, OpenedRadio radio, KeyPair key, IGuestPolicy guests, ILogger<RadioNode> log) =>
        new(
            new RadioNodeOptions
            {
                Key = key,
                Network = new NetworkId(Convert.FromHexString(settings.Radio.NetworkId)),
                Plan = PlanOf(settings.Radio),
                Profile = settings.Radio.Profile,
                Trust = settings.Radio.Trust,
                AlwaysAttribute = settings.Radio.Attribution == Attribution.Always,
                Strict = settings.Radio.Strict,
                Guests = guests,
                Classify = ClassifierOf(settings.Mesh),
                Opening = new LedgerOpening { Boot = BootId.Read() },
                Mesh = settings.Mesh.ToOptions(),
                CarriedFor = TimeSpan.FromHours(settings.Mesh.CarryHours),
            },
            store,
            Captured(radio, settings.Radio.Capture),
            radio.Time,
            radio.Chance,
            log);

    /// <summary>The plan that region, antenna, cable and power make.</summary>
    /// <exception cref="CommandFailure">They do not go together.</exception>
    public static StationPlan PlanOf(RadioSection radio)
    {
        var region = RegionalPlans.Find(radio.Region) ?? throw new CommandFailure(
            ExitCode.Usage, $"radio.region: there is no plan '{radio.Region}'; 'p2panda-radio regions list' shows them");
        var setup = new StationSetup
        {
            AntennaGainDbi = radio.AntennaGainDbi,
            CableLossDb = radio.CableLossDb,
            WantedDbm = radio.PowerDbm,
            SubBand = radio.Rule,
            Overrides = radio.Overrides,
        };
        var problems = StationPlan.TryCreate(region, setup, out var plan).ToList();
        if (plan is not null)
        {
            try
            {
                var channel = plan.SettingsFor(radio.Profile);
                var spreadingFactor = channel.Modulation.SpreadingFactor;
                if (radio.Strict && spreadingFactor > MaxStrictSpreadingFactor)
                {
                    problems.Add(
                        $"radio.strict: a signature in every frame leaves too little room at SF{spreadingFactor}; use a profile with SF7 or SF8");
                }

                if (radio.Driver == RadioDriver.Sx127x)
                {
                    problems.AddRange(BoardChoice.Of(radio).Problems(channel.FrequencyHz, channel.PowerDbm));
                }

                if (problems.Count == 0)
                {
                    return plan;
                }
            }
            catch (ArgumentException failure)
            {
                problems.Add(failure.Message);
            }
        }

        throw new CommandFailure(
            ExitCode.Usage, "the radio may not be used like this:" + string.Concat(problems.Select(problem => Environment.NewLine + "  " + problem)));
    }

    private static Func<VerifiedEntry, TrafficClass?> ClassifierOf(MeshSettings mesh)
    {
        var classes = mesh.ToClasses();
        return entry => classes.ClassOf(entry);
    }

    private static IRadio Captured(OpenedRadio opened, string? file)
    {
        try
        {
            return file is null ? opened.Radio : new CapturingRadio(opened.Radio, CaptureWriter.Create(file), opened.Time);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            opened.Radio.Dispose();
            throw new CommandFailure(ExitCode.Environment, $"the capture {file} cannot be written: {failure.Message}");
        }
    }
}
