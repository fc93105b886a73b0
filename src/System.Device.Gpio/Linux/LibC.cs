using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace System.Device.Linux;

/// <summary>The few calls of the C library that spidev and the GPIO character device need.</summary>
internal static unsafe partial class LibC
{
    public const int OpenReadWrite = 2;
    public const int OpenCloseOnExec = 0x80000;
    public const short PollIn = 1;
    public const int InterruptedCall = 4;

    /// <summary>Opens a device node.</summary>
    /// <exception cref="IOException">It is not there, or not for us; the message says what to do.</exception>
    public static SafeFileHandle Open(string path)
    {
        var descriptor = open(path, OpenReadWrite | OpenCloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure($"open {path}");
    }

    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Control(SafeFileHandle file, nuint request, void* argument, string what)
    {
        while (ioctl(file, request, argument) < 0)
        {
            if (Marshal.GetLastPInvokeError() != InterruptedCall)
                throw Failure(what);
        }
    }

    /// <summary>Waits for something to read; false when the time ran out first.</summary>
    public static bool Poll(SafeFileHandle file, SafeFileHandle stop, int milliseconds, out bool stopped)
    {
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = (int)file.DangerousGetHandle(), Events = PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = (int)stop.DangerousGetHandle(), Events = PollIn };
        var ready = poll(descriptors, 2, milliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() != InterruptedCall)
            throw Failure("wait for an edge");
        stopped = ready > 0 && descriptors[1].ReturnedEvents != 0;
        return ready > 0 && descriptors[0].ReturnedEvents != 0;
    }

    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)read(file, start, (nuint)buffer.Length);
        }
    }

    /// <summary>A descriptor that becomes readable when it is written to.</summary>
    public static SafeFileHandle EventDescriptor()
    {
        var descriptor = eventfd(0, OpenCloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("make an event descriptor");
    }

    public static void Signal(SafeFileHandle eventDescriptor)
    {
        var one = 1UL;
        _ = write(eventDescriptor, &one, sizeof(ulong));
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        var hint = error switch
        {
            2 => " Is the interface enabled in the boot configuration (dtparam=spi=on)?",
            13 => " Is the user in the groups spi and gpio?",
            16 => " Another program or kernel driver holds it.",
            22 => " The controller does not support this setting.",
            90 => " The transfer is longer than spidev's bufsiz.",
            108 => " The device has been removed.",
            110 => " The device did not answer in time.",
            _ => "",
        };
        return new IOException($"Can not {what}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).{hint}", error);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }
}
