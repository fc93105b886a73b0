using System.Reflection;
using System.Runtime.InteropServices;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic;

/// <summary>
/// The native QUIC library, loaded from beside this assembly. When it or what it needs is missing, everything else keeps working over TCP
/// and <see cref="Problem"/> says what to install.
/// </summary>
public static class QuicLibrary
{
    /// <summary>The same shim, built for the ngtcp2 of Debian 12 and of Debian 13; the package brings both.</summary>
    internal static readonly string[] FileNames = ["libpanda_quic.so", "libpanda_quic-ngtcp2-16.so"];

    private static readonly Lazy<LoadResult> Loaded = new(() => Load(Path.GetDirectoryName(typeof(QuicLibrary).Assembly.Location) ?? "."));

    /// <summary>Whether QUIC can be used here.</summary>
    public static bool IsAvailable => Loaded.Value.Problem is null;

    /// <summary>Why QUIC cannot be used and what to do about it; null when it can.</summary>
    public static string? Problem => Loaded.Value.Problem;

    /// <summary>Version of the ngtcp2 running now, e.g. <c>0.12.1</c>; null when QUIC is not available.</summary>
    public static string? Ngtcp2Version => Loaded.Value.Ngtcp2Version;

    /// <summary>The same as a number, 0xMMmmpp; 0 when QUIC is not available.</summary>
    public static uint Ngtcp2VersionNumber => Loaded.Value.Ngtcp2VersionNumber;

    /// <summary>Version of the GnuTLS running now; null when QUIC is not available.</summary>
    public static string? GnuTlsVersion => Loaded.Value.GnuTlsVersion;

    /// <summary>Loads the first file that works from a folder, without making it the one in use.</summary>
    internal static LoadResult Load(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new LoadResult(0, "QUIC needs Linux; TCP is used alone.");
        }

        var problems = new List<string>();
        foreach (var path in FileNames.Select(name => Path.Combine(folder, name)))
        {
            try
            {
                var handle = NativeLibrary.Load(path);
                var result = Inspect(handle, path);
                if (result.Problem is null)
                {
                    return result;
                }

                problems.Add(result.Problem);
            }
            catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                problems.Add(File.Exists(path) ? $"{path} does not load: {exception.Message}" : $"{path} is missing");
            }
        }

        return new LoadResult(0, "QUIC is off, TCP is used alone: " + string.Join("; ", problems) + ". Install the package p2panda-radio-quic, "
            + "or build the library with \"make build\" after installing gcc, libngtcp2-dev, libngtcp2-crypto-gnutls-dev and libgnutls28-dev.");
    }

    /// <exception cref="NotSupportedException">The library is not available.</exception>
    internal static void Require()
    {
        if (Problem is { } problem)
        {
            throw new NotSupportedException(problem);
        }
    }

    private static unsafe LoadResult Inspect(nint handle, string path)
    {
        var abi = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(handle, "pq_abi");
        if (abi() != PandaQuic.Abi)
        {
            return new LoadResult(handle, $"{path} has ABI {abi()}, this program needs {PandaQuic.Abi}");
        }

        var ngtcp2 = (delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(handle, "pq_ngtcp2_version");
        var number = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(handle, "pq_ngtcp2_version_number");
        var gnutls = (delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(handle, "pq_gnutls_version");
        return new LoadResult(handle, null)
        {
            Ngtcp2Version = Marshal.PtrToStringUTF8((nint)ngtcp2()),
            Ngtcp2VersionNumber = number(),
            GnuTlsVersion = Marshal.PtrToStringUTF8((nint)gnutls()),
        };
    }

    static QuicLibrary() => NativeLibrary.SetDllImportResolver(typeof(QuicLibrary).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == PandaQuic.Library ? Loaded.Value.Handle : 0;

    internal sealed record LoadResult(nint Handle, string? Problem)
    {
        public string? Ngtcp2Version { get; init; }

        public uint Ngtcp2VersionNumber { get; init; }

        public string? GnuTlsVersion { get; init; }
    }
}
