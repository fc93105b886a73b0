using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed class ApiSettings : IValidatableObject
{
    [Description("Whether apps, operators and monitoring are served over HTTP.")]
    public bool Enabled { get; init; } = true;

    [Description("IP address to listen on. One that others can reach needs beyondLoopback.")]
    public string Address { get; init; } = "127.0.0.1";

    [Description("TCP port; 0 takes a free one, which the log names.")]
    [Range(0, 65_535)]
    public int Port { get; init; } = 2020;

    [Description("Whether 'address' may be one that other machines reach.")]
    public bool BeyondLoopback { get; init; }

    [Description("Whether callers from other machines may publish without the token. Their entries go out on this gateway's airtime.")]
    public bool AnonymousPublishing { get; init; }

    [Description("Names under which this gateway is called, beside its IP addresses and host name. Other names are refused.")]
    public IReadOnlyList<string> Hosts { get; init; } = [];

    [Description("Origins of web pages that may read and publish, for example https://app.example; * for all. Pages of this gateway and of this machine always may.")]
    public IReadOnlyList<string> Origins { get; init; } = [];

    [Description("Path of the token (mode 0600) that administrative calls carry; made at the first start.")]
    public string TokenFile { get; init; } = "api.token";

    [Description("Largest body of a request in bytes (1024 to 16777216). A blob piece of 256 000 bytes takes 512 000 and some.")]
    [Range(1024, 16_777_216)]
    public int MaxBodyBytes { get; init; } = 2_621_440;

    [Description("Connections at a time; more are not taken (8 to 10000).")]
    [Range(8, 10_000)]
    public int MaxConnections { get; init; } = 256;

    [Description("Requests a second that one address of another machine may send on average, in bursts of five times as many (1 to 10000). Callers on this machine may send any number.")]
    [Range(1, 10_000)]
    public int RequestsPerSecond { get; init; } = 20;

    [Description("Seconds after which a request is given up (1 to 300).")]
    [Range(1, 300)]
    public int TimeoutSeconds { get; init; } = 15;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Address, out var address))
        {
            yield return new ValidationResult($"'{Address}' is not an IP address", ["address"]);
        }
        else if (!BeyondLoopback && !IPAddress.IsLoopback(address))
        {
            yield return new ValidationResult($"{Address} can be reached by other machines; that needs api.beyondLoopback=true", ["address"]);
        }

        foreach (var origin in Origins)
        {
            if (origin is not ("*" or "null") && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.OriginalString.TrimEnd('/') == origin))
            {
                yield return new ValidationResult($"'{origin}' is not an origin such as https://app.example", ["origins"]);
            }
        }
    }
}
