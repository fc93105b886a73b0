using System.CommandLine;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Membership;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>keys backup|restore</c>.</summary>
internal static class KeyBackupCommands
{
    public static Command CreateBackup()
    {
        var file = new Argument<string>("file") { Description = "File to write (mode 0600); never overwrites one. As secret as the keys in it" };
        var command = new Command("backup", "Write radio key, author key and trusted keys into one file; may be done while the gateway runs") { file };
        command.SetAction(result =>
        {
            using var backup = Collect(SettingsOptions.Read(result));
            backup.Write(result.GetValue(file)!);
        });
        return command;
    }

    public static Command CreateRestore()
    {
        var file = new Argument<string>("file") { Description = "A file that 'keys backup' wrote" };
        var command = new Command("restore", "Bring back the keys of a backup; never overwrites any. The gateway then listens for its burst counter before it sends") { file };
        command.SetAction(result =>
        {
            var settings = SettingsOptions.Read(result);
            using var backup = KeyBackup.Read(result.GetValue(file)!);
            foreach (var path in Paths(settings, backup).Select(item => item.Path).Where(File.Exists))
            {
                throw new CommandFailure(ExitCode.Environment, $"the key file {path} exists already and is not replaced; move it away first.");
            }

            // Marks before keys: a key without its mark would repeat counters.
            var store = Stores.Open(settings);
            try
            {
                backup.RestoreMarks(store.Marks);
            }
            finally
            {
                store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            foreach (var (path, key) in Paths(settings, backup))
            {
                KeyFile.Create(path, key);
                Console.Out.WriteLine($"{key.PublicKey}  {path}");
            }
        });
        return command;
    }

    private static IEnumerable<(string Path, KeyPair Key)> Paths(GatewaySettings settings, KeyBackup backup)
    {
        if (backup.Radio is { } radio)
        {
            yield return (settings.Radio.KeyFile, radio);
        }

        if (backup.Author is { } author)
        {
            yield return (settings.Author.KeyFile, author);
        }
    }

    private static KeyBackup Collect(GatewaySettings settings)
    {
        var radio = File.Exists(settings.Radio.KeyFile) ? KeyFile.Read(settings.Radio.KeyFile) : null;
        var author = File.Exists(settings.Author.KeyFile) ? KeyFile.Read(settings.Author.KeyFile) : null;
        if (radio is null && author is null)
        {
            throw new CommandFailure(
                ExitCode.Environment, $"there is nothing to back up: neither {settings.Radio.KeyFile} nor {settings.Author.KeyFile} exists.");
        }

        if (!settings.Store.Location.IsPostgres && !File.Exists(settings.Store.Path))
        {
            return new KeyBackup(radio, 0, author, []);
        }

        var store = Stores.Open(settings, readOnly: true);
        try
        {
            var counter = radio is null ? 0 : new DurableBurstCounter(store.Marks, radio.PublicKey).Last;
            return new KeyBackup(radio, counter, author, [.. new TrustedKeys(settings.Radio.Trust, store.Marks).Remembered]);
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
