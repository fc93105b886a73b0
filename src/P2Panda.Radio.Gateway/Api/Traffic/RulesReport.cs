using System.ComponentModel;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Api.Traffic;

/// <summary>The traffic rules in force.</summary>
internal sealed record RulesReport(
    [property: Description("Whether they were set over this interface: then they win over the configuration's until they are withdrawn.")] bool AreSet,
    [property: Description("The rules, named as in the section 'traffic' of the configuration.")] TrafficSettings Rules);
