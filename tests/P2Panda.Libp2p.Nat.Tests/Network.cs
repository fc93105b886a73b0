using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>
/// A small internet in network namespaces: a public host, routers with NAT in front of private networks, one of them behind a carrier's
/// NAT. Everything is in namespaces of one prefix and goes with them.
/// </summary>
internal sealed partial class Network : IDisposable
{
    public const string PublicAddress = "5.5.5.10";
    public const string SecondPublicAddress = "5.5.5.11";

    private readonly string _prefix = $"pn{Environment.ProcessId.ToString("x", CultureInfo.InvariantCulture)}";
    private Process? _links;

    public Network()
    {
        try
        {
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Name of a namespace on this machine.</summary>
    public string Of(string name) => $"{_prefix}-{name}";

    /// <summary>
    /// (Re)writes a router's rules. Established connections keep their mappings. Counters start from zero: <c>direct</c> is what is
    /// forwarded out to other routers, <c>relayed</c> what goes to the public host, both with what comes back; <c>strange</c> is what
    /// goes anywhere else.
    /// </summary>
    /// <param name="router">Which.</param>
    /// <param name="symmetric">A new random port for every destination.</param>
    /// <param name="answersStrangers">Unsolicited SYNs get resets instead of silence.</param>
    /// <param name="blockUdp">No UDP passes.</param>
    /// <param name="forward">Ports forwarded to a host inside, as "port:address".</param>
    /// <param name="up">The interface outside.</param>
    public void SetRouter(string router, bool symmetric = false, bool answersStrangers = false, bool blockUdp = false, string? forward = null, string up = "wan0")
    {
        var dnat = forward is null ? "" : $"""
            iifname "{up}" udp dport {forward.Split(':')[0]} dnat to {forward.Split(':')[1]}:{forward.Split(':')[0]}
            iifname "{up}" tcp dport {forward.Split(':')[0]} dnat to {forward.Split(':')[1]}:{forward.Split(':')[0]}
            """;
        var others = "{ 5.5.5.1, 5.5.5.2, 5.5.5.3, 5.5.5.4 }";
        var publics = $"{{ {PublicAddress}, {SecondPublicAddress} }}";
        Nft(router, $$"""
            flush ruleset
            table ip nat {
              chain pre {
                type nat hook prerouting priority -100
                {{dnat}}
              }
              chain post {
                type nat hook postrouting priority 100
                oifname "{{up}}" masquerade {{(symmetric ? "fully-random" : "")}}
              }
            }
            table ip filter {
              counter direct { }
              counter relayed { }
              counter strange { }
              counter local { }
              chain input {
                type filter hook input priority 0
                ct state established,related accept
                {{(answersStrangers ? "meta l4proto tcp accept" : "")}}
                iifname "{{up}}" drop
              }
              chain pass {
                type filter hook forward priority 0
                {{(blockUdp ? "meta l4proto udp drop" : "")}}
                oifname "{{up}}" ip daddr {{others}} counter name direct
                iifname "{{up}}" ip saddr {{others}} counter name direct
                oifname "{{up}}" ip daddr {{publics}} counter name relayed
                iifname "{{up}}" ip saddr {{publics}} counter name relayed
                oifname "{{up}}" ip daddr != {{others}} ip daddr != {{publics}} counter name strange
                iifname "{{up}}" ct state new ct status dnat accept
                iifname "{{up}}" ct state new drop
              }
            }
            """);
    }

    /// <summary>Makes delay on the cable of <c>ra</c> (0) or <c>rb</c> (1), one way.</summary>
    public void SetDelay(int link, double milliseconds, double jitterPercent)
    {
        _links!.StandardInput.WriteLine(FormattableString.Invariant($"delay {link} {milliseconds} {jitterPercent}"));
        _links.StandardInput.Flush();
        _links.StandardOutput.ReadLine();
    }

    /// <summary>Bytes a router's counter has seen.</summary>
    public long Bytes(string router, string counter) => Count(router, counter).Bytes;

    /// <summary>Packets a router's counter has seen.</summary>
    public long Packets(string router, string counter) => Count(router, counter).Packets;

    public void FlushMappings(string router) => Run("ip", ["netns", "exec", Of(router), "conntrack", "-F"]);

    /// <summary>Sets how long a router keeps UDP mappings, seconds.</summary>
    public void SetUdpTimeout(string router, int seconds) => Run(
        "ip",
        ["netns", "exec", Of(router), "sh", "-c", $"echo {seconds} > /proc/sys/net/netfilter/nf_conntrack_udp_timeout; echo {seconds} > /proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream"]);

    public void SetLink(string host, string device, bool up) => Ip($"-n {Of(host)} link set dev {device} {(up ? "up" : "down")}");

    /// <summary>Rules for a host of its own, beside no others.</summary>
    public void Nft(string name, string rules)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", Of(name), "nft", "-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(rules);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"nft in {name}: {error}\n{rules}");
        }
    }

    public void Dispose()
    {
        if (_links is not null)
        {
            _links.StandardInput.Close();
            if (!_links.WaitForExit(3000))
            {
                _links.Kill(entireProcessTree: true);
            }

            _links.Dispose();
        }

        foreach (var name in (string[])["wan", "pub", "ra", "rb", "re", "cg", "rd", "ha", "hb", "hc", "he", "hd", "hf"])
        {
            Run("ip", ["netns", "del", Of(name)], check: false);
        }
    }

    private void Build()
    {
        foreach (var name in (string[])["wan", "pub", "ra", "rb", "re", "cg", "rd", "ha", "hb", "hc", "he", "hd", "hf"])
        {
            Ip($"netns add {Of(name)}");
            Ip($"-n {Of(name)} link set dev lo up");
            Run("ip", ["netns", "exec", Of(name), "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv4/conf/all/log_martians 2>/dev/null; true"]);
        }

        Ip($"-n {Of("wan")} link add name wire type bridge");
        Ip($"-n {Of("wan")} link set dev wire up");
        Plug("pub", "eth", PublicAddress);
        Ip($"-n {Of("pub")} addr add {SecondPublicAddress}/24 dev eth");
        _links = StartLinks();
        Uplink("ra", "dla", "5.5.5.1");
        Uplink("rb", "dlb", "5.5.5.2");
        Plug("cg", "wan0", "5.5.5.3");
        Plug("re", "wan0", "5.5.5.4");
        Lan("ra", "192.168.1", ("ha", 2), ("hc", 3), ("hf", 4));
        Lan("rb", "192.168.2", ("hb", 2));
        Lan("re", "192.168.5", ("he", 2));
        // One host has a second interface.
        Ip($"-n {Of("rb")} link add name hf type veth peer name eth2 netns {Of("hf")}");
        Ip($"-n {Of("rb")} link set dev hf master lan up");
        Address("hf", "eth2", "192.168.2.4");
        Lan("cg", "100.64.0", ("rd", 2));
        Lan("rd", "192.168.4", ("hd", 2));
        foreach (var router in (string[])["ra", "rb", "re", "cg"])
        {
            SetRouter(router);
        }

        SetRouter("rd", up: "eth");
    }

    private (long Packets, long Bytes) Count(string router, string counter)
    {
        var text = Run("ip", ["netns", "exec", Of(router), "nft", "list", "counter", "ip", "filter", counter]);
        var match = CounterPattern().Match(text);
        return (long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private Process StartLinks()
    {
        var start = new ProcessStartInfo(
            "ip",
            ["netns", "exec", Of("wan"), "dotnet", Path.Combine(AppContext.BaseDirectory, "P2Panda.Libp2p.NatHost.dll"), "link", "dla0", "dla1", "dlb0", "dlb1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        return process.StandardOutput.ReadLine() == "ready" ? process : throw new InvalidOperationException("The delay links did not start.");
    }

    private void Uplink(string router, string tap, string address)
    {
        Ip($"-n {Of("wan")} link set dev {tap}1 netns {Of(router)}");
        Ip($"-n {Of("wan")} link set dev {tap}0 master wire up");
        Ip($"-n {Of(router)} link set dev {tap}1 name wan0");
        Address(router, "wan0", address);
    }

    private void Plug(string host, string device, string address)
    {
        Ip($"-n {Of("wan")} link add name {host} type veth peer name {device} netns {Of(host)}");
        Ip($"-n {Of("wan")} link set dev {host} master wire up");
        Address(host, device, address);
    }

    private void Address(string host, string device, string address)
    {
        Ip($"-n {Of(host)} addr add {address}/24 dev {device}");
        Ip($"-n {Of(host)} link set dev {device} up");
    }

    private void Lan(string router, string net, params (string Host, int Number)[] hosts)
    {
        Ip($"-n {Of(router)} link add name lan type bridge");
        Address(router, "lan", $"{net}.1");
        foreach (var (host, number) in hosts)
        {
            Ip($"-n {Of(router)} link add name {host} type veth peer name eth netns {Of(host)}");
            Ip($"-n {Of(router)} link set dev {host} master lan up");
            Address(host, "eth", $"{net}.{number}");
            Ip($"-n {Of(host)} route add default via {net}.1");
        }
    }

    private static void Ip(string arguments) => Run("ip", arguments.Split(' '));

    private static string Run(string program, string[] arguments, bool check = true)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return !check || process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
    }

    [GeneratedRegex(@"packets (\d+) bytes (\d+)")]
    private static partial Regex CounterPattern();
}
