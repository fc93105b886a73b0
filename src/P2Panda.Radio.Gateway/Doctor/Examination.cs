using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>All checks, in the order in which one builds on another.</summary>
internal static class Examination
{
    public static IReadOnlyList<Finding> Run(Patient patient)
    {
        List<Finding> findings = [.. ConfigurationCheck.Run(patient), .. ComputerCheck.Run(patient), .. BusCheck.Run(patient)];
        if (patient.Settings.Radio.Driver == RadioDriver.None)
        {
            findings.Add(new Finding("chip", Verdict.Failed, "no radio is configured: the gateway would only store", "p2panda-radio doctor --board NAME ('radio boards' lists them), then set radio.driver and radio.board"));
            return findings;
        }

        if (findings.Any(finding => finding is { Verdict: Verdict.Failed, Check: "law" or "bus" or "gpio" }))
        {
            findings.Add(new Finding("chip", Verdict.Skipped, "not asked, because of what failed before"));
            return findings;
        }

        try
        {
            findings.AddRange(ChipCheck.Run(patient, RadioNodes.PlanOf(patient.Settings.Radio).SettingsFor(patient.Settings.Radio.Profile)));
        }
        catch (CommandFailure failure)
        {
            findings.Add(new Finding("chip", Verdict.Skipped, failure.Message));
        }

        return findings;
    }
}
