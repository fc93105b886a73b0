using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Simulation.Tests.Law;

/// <summary>The ledger over the shipped database rather than over a double.</summary>
public sealed class LedgerOnDiskTests : IDisposable
{
    private static readonly Guid Boot = new("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    private static readonly StationPlan Europe = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup());
    private static readonly RadioSettings Busy = Europe.SettingsFor("busy");
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WhatWasBookedIsThereAfterTheProcessWasKilled()
    {
        var path = Path.Combine(_folder, "store.db");
        await using (var store = SqliteLogStore.Open(path))
        {
            var ledger = new AirtimeLedger(Europe, store, new LedgerOpening { Boot = Boot, FirstStart = true }, TimeSpan.Zero);
            for (var second = 1; second <= 30; second++)
            {
                var granted = (AirtimeAnswer.Granted)ledger.TryReserve(new AirtimeRequest { Settings = Busy, Airtime = TimeSpan.FromSeconds(1) }, TimeSpan.FromSeconds(second));
                ledger.Complete(granted.Reservation, TimeSpan.FromSeconds(second));
            }

            // The copy is what a power cut would have left: neither the ledger nor the database was closed.
            foreach (var file in Directory.GetFiles(_folder).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            {
                File.Copy(file, file.Replace("store.db", "copy.db", StringComparison.Ordinal));
            }
        }

        await using var copy = SqliteLogStore.Open(Path.Combine(_folder, "copy.db"));
        var after = new AirtimeLedger(Europe, copy, new LedgerOpening { Boot = Boot }, TimeSpan.FromSeconds(40));
        after.State.ShouldBe(LedgerState.Restored);
        after.Remaining(Busy, TimeSpan.FromSeconds(40))!.Value.ShouldBeInRange(TimeSpan.FromSeconds(6 - 1.2), TimeSpan.FromSeconds(6));
    }
}
