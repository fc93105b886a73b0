using System.Net;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Api.Access;

/// <summary>
/// Which names and which web pages this gateway answers to. A browser on this machine lets any page send requests to loopback, and a page
/// can point a name of its own there (DNS rebinding); so the name must be ours and a page that changes anything must be a known one.
/// </summary>
internal sealed class AccessRules(ApiSettings settings, string hostName)
{
    private readonly HashSet<string> _hosts =
        new([.. settings.Hosts, "localhost", hostName, hostName + ".local"], StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _origins = new(settings.Origins, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a request's Host is a name of this gateway. An IP address always is: a browser that sends one was given it, and not a name
    /// that somebody else answers for.
    /// </summary>
    /// <param name="host">The Host field without the port.</param>
    public bool IsOurName(string host) => _hosts.Contains(host) || IPAddress.TryParse(host, out _);

    /// <summary>Whether a web page of an origin may read and publish.</summary>
    /// <param name="origin">The Origin field.</param>
    /// <param name="self">The origin that this gateway has in the caller's eyes.</param>
    public bool IsKnownOrigin(string origin, string self) =>
        _origins.Contains("*") || _origins.Contains(origin) || string.Equals(origin, self, StringComparison.OrdinalIgnoreCase) || IsOnLoopback(origin);

    /// <summary>A page that a program of the reader's own machine serves: an app under development, or installed there.</summary>
    private static bool IsOnLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" &&
        (uri.IdnHost == "localhost" || uri.IdnHost.EndsWith(".localhost", StringComparison.Ordinal) ||
            (IPAddress.TryParse(uri.IdnHost, out var address) && IPAddress.IsLoopback(address)));
}
