using System.Runtime.InteropServices;
using System.Text;

namespace P2Panda.Libp2p.NatHost;

/// <summary>
/// A cable with delay: two TAP devices whose frames come out of each other later. The kernel here has no netem, so it is done in this
/// process. Arguments are pairs of device names; commands on standard input: "delay LINK MILLISECONDS JITTER-PERCENT".
/// </summary>
internal static unsafe partial class DelayLink
{
    private const int FrameMax = 2048;
    private const int ReadWrite = 2;
    private const short TapWithoutInfo = 0x0002 | 0x1000;
    private const nuint SetInterface = 0x400454ca;
    private static readonly PriorityQueue<(int To, byte[] Frame), long> Waiting = new();
    private static readonly object Gate = new();

    public static void Run(string[] devices)
    {
        var delays = new (double Milliseconds, double Jitter)[devices.Length / 2];
        for (var link = 0; link < delays.Length; link++)
        {
            var (one, other) = (OpenTap(devices[2 * link]), OpenTap(devices[(2 * link) + 1]));
            Start(one, other, link, delays);
            Start(other, one, link, delays);
        }

        new Thread(Deliver) { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } line)
        {
            if (line.Split(' ') is ["delay", var link, var milliseconds, var jitter])
            {
                delays[int.Parse(link)] = (double.Parse(milliseconds), double.Parse(jitter) / 100);
                Console.WriteLine("ready");
            }
        }
    }

    private static void Start(int from, int to, int link, (double Milliseconds, double Jitter)[] delays) =>
        new Thread(() =>
        {
            var buffer = stackalloc byte[FrameMax];
            var random = new Random(link);
            while (true)
            {
                var length = (int)Read(from, buffer, FrameMax);
                if (length <= 0)
                {
                    return;
                }

                var (delay, jitter) = delays[link];
                if (delay == 0)
                {
                    _ = Write(to, buffer, (nuint)length);
                    continue;
                }

                var wait = delay * (1 + (jitter * ((2 * random.NextDouble()) - 1)));
                var due = Environment.TickCount64 + (long)wait;
                var frame = new ReadOnlySpan<byte>(buffer, length).ToArray();
                lock (Gate)
                {
                    Waiting.Enqueue((to, frame), due);
                    Monitor.Pulse(Gate);
                }
            }
        })
        { IsBackground = true, Priority = ThreadPriority.AboveNormal }.Start();

    private static void Deliver()
    {
        while (true)
        {
            (int To, byte[] Frame) next;
            lock (Gate)
            {
                while (!Waiting.TryPeek(out _, out var due) || due > Environment.TickCount64)
                {
                    Monitor.Wait(Gate, Waiting.Count == 0 ? Timeout.Infinite : (int)Math.Max(1, Waiting.TryPeek(out _, out var then) ? then - Environment.TickCount64 : 1));
                }

                next = Waiting.Dequeue();
            }

            fixed (byte* bytes = next.Frame)
            {
                _ = Write(next.To, bytes, (nuint)next.Frame.Length);
            }
        }
    }

    private static int OpenTap(string name)
    {
        var descriptor = Open("/dev/net/tun", ReadWrite);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), TapWithoutInfo);
        fixed (byte* bytes = request)
        {
            if (descriptor < 0 || Control(descriptor, SetInterface, bytes) < 0)
            {
                throw new IOException($"cannot make TAP device {name}: error {Marshal.GetLastPInvokeError()}");
            }
        }

        return descriptor;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, byte* buffer, nuint count);
}
