using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Tests.Materialisation;

/// <summary>
/// The rules in their plainest form: no index, no state, recursion. An operation is written down, then each of its successors in turn,
/// lowest id first, as soon as everything it builds upon is written down.
/// </summary>
internal static class Recomputation
{
    public sealed record Result(string Order, string ViewId, bool IsDeleted, string Fields);

    public static Result? Of(
        IReadOnlyList<(EntryId Id, Operation Operation)> operations, EntryId documentId, Func<Operation, bool>? fits = null)
    {
        operations = fits is null ? operations : [.. operations.Where(item => fits(item.Operation))];
        var create = operations.FirstOrDefault(item => item.Id == documentId).Operation;
        if (create is null)
        {
            return null;
        }

        var written = new List<(EntryId Id, Operation Operation)>();
        Write(documentId);
        var tips = written.Where(item => !written.Any(other => Previous(other.Operation).Contains(item.Id))).Select(item => item.Id).Order();
        var isDeleted = written.Any(item => item.Operation.Action == OperationAction.Delete);
        var fields = new Dictionary<string, string>();
        foreach (var (id, operation) in isDeleted ? [] : written)
        {
            foreach (var (name, value) in operation.Fields!)
            {
                fields[name] = $"{value.AsInteger} by {id}";
            }
        }

        return new Result(
            string.Join(' ', written.Select(item => item.Id)),
            string.Join('_', tips),
            isDeleted,
            string.Join(';', fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}")));

        void Write(EntryId id)
        {
            written.Add((id, operations.First(item => item.Id == id).Operation));
            foreach (var next in operations.Where(item => Previous(item.Operation).Contains(id)).OrderBy(item => item.Id))
            {
                if (next.Operation.SchemaId == create.SchemaId
                    && !written.Any(item => item.Id == next.Id)
                    && Previous(next.Operation).All(previous => written.Any(item => item.Id == previous)))
                {
                    Write(next.Id);
                }
            }
        }
    }

    private static IEnumerable<EntryId> Previous(Operation operation) => operation.Previous?.OperationIds ?? [];
}
