using P2Panda.Libp2p;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>What can only be judged with regional plans and hosts at hand: whether settings that are each allowed go together.</summary>
internal static class SettingsCheck
{
    /// <summary>Everything that would keep the gateway from starting, beyond what reading the settings tells.</summary>
    public static IReadOnlyList<string> Problems(GatewaySettings settings)
    {
        var problems = new List<string>();
        if (settings.Radio.Driver != RadioDriver.None)
        {
            Try(() => RadioNodes.PlanOf(settings.Radio), problems);
        }

        if (settings.Network.Enabled)
        {
            Try(() => NetworkHosting.Configure(new Libp2pHostBuilder(KeyPair.Generate()), settings.Network), problems);
        }

        if (settings.Mesh.RepeatScope == RepeatScope.Direct && settings.Radio.Attribution != Attribution.Always)
        {
            problems.Add("mesh.repeatScope: direct tells by gateways' seals where entries come from; that needs radio.attribution=always");
        }

        return problems;
    }

    private static void Try(Action start, List<string> problems)
    {
        try
        {
            start();
        }
        catch (CommandFailure failure)
        {
            problems.Add(failure.Message);
        }
    }
}
