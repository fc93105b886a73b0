using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>Whether the settings can be read, and whether they ask for something lawful that the board can do.</summary>
internal static class ConfigurationCheck
{
    private const string Name = "configuration";

    public static IEnumerable<Finding> Run(Patient patient)
    {
        var where = patient.ConfigurationFile ?? "the built-in configuration";
        if (patient.ConfigurationProblems.Count > 0)
        {
            var named = patient.ConfigurationFile is null ? "" : $" --config {patient.ConfigurationFile}";
            yield return new Finding(Name, Verdict.Failed, string.Join("; ", patient.ConfigurationProblems), $"p2panda-radio config check{named}");
            yield break;
        }

        yield return new Finding(Name, Verdict.Ok, $"{where} can be read");
        yield return Radio(patient.Settings.Radio);
    }

    private static Finding Radio(RadioSection radio)
    {
        try
        {
            var channel = RadioNodes.PlanOf(radio).SettingsFor(radio.Profile);
            return new Finding("law", Verdict.Ok, FormattableString.Invariant($"{radio.Region}, profile {radio.Profile}: {channel.FrequencyHz / 1e6:0.0###} MHz with {channel.PowerDbm} dBm is allowed"));
        }
        catch (CommandFailure failure)
        {
            return new Finding("law", Verdict.Failed, failure.Message.ReplaceLineEndings(" "), "p2panda-radio regions check");
        }
    }
}
