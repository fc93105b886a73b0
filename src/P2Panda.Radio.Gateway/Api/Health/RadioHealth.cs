using Microsoft.Extensions.Diagnostics.HealthChecks;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Node;

namespace P2Panda.Radio.Gateway.Api.Health;

/// <summary>Whether the radio answers; a gateway without one is healthy.</summary>
internal sealed class RadioHealth(RadioNode? node = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(node?.RadioState switch
        {
            null => HealthCheckResult.Healthy("no radio"),
            RadioState.Failed or RadioState.Off => HealthCheckResult.Unhealthy($"the radio is {(node.RadioState == RadioState.Off ? "off" : "failed")}"),
            { } state => HealthCheckResult.Healthy(state.ToString()),
        });
}
