using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;
using P2Panda.Radio.Gateway.GraphQL.Validation;

namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>Answers requests (section 6): parse, validate, plan, resolve. Whatever is asked, there is an answer, within the limits.</summary>
internal sealed partial class GraphQLExecutor(GraphQLLimits limits, TimeProvider time, ILogger<GraphQLExecutor> log)
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The answer as JSON in UTF-8 (section 7).</summary>
    /// <param name="schema">What can be asked.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="state">What resolvers find in their context.</param>
    /// <param name="cancellation">Ends when nobody waits any more.</param>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ExecuteAsync(
        Schema schema, GraphQLRequest request, object? state, CancellationToken cancellation)
    {
        var errors = Prepare(schema, request, out var plan);
        if (errors.Count > 0)
        {
            return WriteErrors(errors);
        }

        var output = new ArrayBufferWriter<byte>();
        using var clock = new CancellationTokenSource(limits.MaxTime, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, clock.Token);
        using var json = new Utf8JsonWriter(output, WriterOptions);
        var answer = new AnswerWriter(schema, state, json, limits, ends.Token);
        try
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            if (await answer.WriteAsync(null, plan).ConfigureAwait(false))
            {
                json.WriteEndObject();
                json.Flush();
                return output.WrittenMemory;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            answer.Fail($"The request took longer than {limits.MaxTime.TotalSeconds:0.#} s");
        }
#pragma warning disable CA1031 // Whatever fails below, the client gets an answer and the operator the reason.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailure(answer.Current?.Definition.Name ?? string.Empty, failure);
            answer.Fail("Internal error; the log of the gateway says more");
        }

        return WriteErrors([answer.Error!]);
    }

    private IReadOnlyList<GraphQLError> Prepare(Schema schema, GraphQLRequest request, out IReadOnlyList<PlannedField> plan)
    {
        plan = [];
        var (document, error) = Parser.Parse(request.Query, limits);
        if (document is null)
        {
            return [error!];
        }

        if (DocumentValidator.Validate(schema, document, limits) is { Count: > 0 } problems)
        {
            return problems;
        }

        var operation = request.OperationName is null
            ? document.Operations.Count == 1 ? document.Operations[0] : null
            : document.Operations.FirstOrDefault(candidate => candidate.Name == request.OperationName);
        if (operation is null)
        {
            return [new GraphQLError(request.OperationName is null ? "There are several operations; operationName must name one" : $"There is no operation '{request.OperationName}'")];
        }

        var (variables, variableError) = VariableValues.Read(schema, operation, request.Variables);
        if (variables is null)
        {
            return [variableError!];
        }

        (plan, var planError) = PlanBuilder.Build(schema, document, operation, variables, limits);
        return planError is null ? [] : [planError];
    }

    private static ReadOnlyMemory<byte> WriteErrors(IReadOnlyList<GraphQLError> errors)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WriterOptions);
        json.WriteStartObject();
        json.WriteNull("data");
        json.WriteStartArray("errors");
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("message", error.Message);
            if (error.Location is { } location)
            {
                json.WriteStartArray("locations");
                json.WriteStartObject();
                json.WriteNumber("line", location.Line);
                json.WriteNumber("column", location.Column);
                json.WriteEndObject();
                json.WriteEndArray();
            }

            WritePath(json, error.Path);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static void WritePath(Utf8JsonWriter json, IReadOnlyList<object>? path)
    {
        if (path is null)
        {
            return;
        }

        json.WriteStartArray("path");
        foreach (var step in path)
        {
            if (step is int index)
            {
                json.WriteNumberValue(index);
            }
            else
            {
                json.WriteStringValue((string)step);
            }
        }

        json.WriteEndArray();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "GraphQL field '{Field}' could not be resolved.")]
    private partial void LogFailure(string field, Exception failure);
}
