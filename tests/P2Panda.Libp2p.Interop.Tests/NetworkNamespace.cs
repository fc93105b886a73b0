using System.Diagnostics;
using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>A network namespace of our own with one link that carries multicast. Needs root.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    public NetworkNamespace()
    {
        Name = $"p2panda-interop-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";
        Run("ip", "netns", "add", Name);
        Run("ip", "-n", Name, "link", "set", "lo", "up");
        Run("ip", "-n", Name, "link", "add", "lan", "type", "bridge");
        Run("ip", "-n", Name, "address", "add", "10.77.0.1/24", "dev", "lan");
        Run("ip", "-n", Name, "link", "set", "lan", "up");
        // What js-libp2p sends has no interface of its own choosing.
        Run("ip", "-n", Name, "route", "add", "224.0.0.0/4", "dev", "lan");
    }

    public string Name { get; }

    /// <summary>Adds an IPv6 address that is usable at once.</summary>
    public void AddAddress(string address) => Run("ip", "-n", Name, "address", "add", address, "dev", "lan", "nodad");

    /// <summary>Runs something on a thread inside; sockets it opens stay there.</summary>
    public T Enter<T>(Func<T> act)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var descriptor = File.OpenHandle($"/var/run/netns/{Name}");
                if (SetNamespace((int)descriptor.DangerousGetHandle(), CloneNewNet) != 0)
                {
                    throw new IOException($"setns: error {Marshal.GetLastPInvokeError()}");
                }

                result = act();
            }
#pragma warning disable CA1031 // thrown again by the caller
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException($"In {Name}: {failure.Message}", failure);
    }

    public void Dispose() => Run("ip", "netns", "delete", Name);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
        }
    }
}
