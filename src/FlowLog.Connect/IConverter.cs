using System.Buffers;
using FlowLog.Connect.Data;

namespace FlowLog.Connect;

/// <summary>A part that is configured from properties after its prefix was taken off: converters, transforms, predicates, config providers.</summary>
public interface IConfigurable
{
    /// <summary>The keys that it understands.</summary>
    ConfigDefinition Definition { get; }

    /// <summary>Called once before use. A <see cref="ConfigException"/> lists what is wrong.</summary>
    void Configure(IReadOnlyDictionary<string, string> properties);
}

/// <summary>Between the bytes of a key or value in Kafka and a value with or without schema.</summary>
public interface IConverter : IConfigurable
{
    /// <summary>Reads a value; absent bytes are a tombstone. Bytes that are not in the format are a <see cref="DataException"/>.</summary>
    SchemaAndValue Read(string topic, ReadOnlyMemory<byte>? bytes);

    /// <summary>Writes a value; answers false when it is to be sent as absent bytes.</summary>
    bool Write(string topic, Schema? schema, object? value, IBufferWriter<byte> to);
}

/// <summary>Between the bytes of a header and a value.</summary>
public interface IHeaderConverter : IConfigurable
{
    /// <summary>Reads a header's value.</summary>
    SchemaAndValue ReadHeader(string topic, string name, ReadOnlyMemory<byte>? bytes);

    /// <summary>Writes a header's value; answers false when it is to be sent as absent bytes.</summary>
    bool WriteHeader(string topic, string name, Schema? schema, object? value, IBufferWriter<byte> to);
}

/// <summary>Changes one record at a time, between connector and converter.</summary>
public interface ITransform : IConfigurable
{
    /// <summary>The record to go on with; null drops it.</summary>
    ConnectRecord? Apply(ConnectRecord record);
}

/// <summary>Decides which records a transform is applied to.</summary>
public interface IPredicate : IConfigurable
{
    /// <summary>Whether the record is meant.</summary>
    bool Test(ConnectRecord record);
}

/// <summary>Looks up the variables <c>${provider:path:key}</c> of configurations on the worker that needs them, so that secrets stay out of Kafka.</summary>
public interface IConfigProvider : IConfigurable
{
    /// <summary>The value of a key under a path (empty when the variable has none); null when there is no such key.</summary>
    string? Lookup(string path, string key);
}
