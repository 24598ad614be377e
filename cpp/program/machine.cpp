#include "program/machine.hpp"

#include <algorithm>

namespace maruyama {

namespace {

// Registers beyond this many bytes spill from the first-level cache (32 to 48 KiB), with room for noise and constants.
constexpr Size kFastBytes = Size{25} << 10;
// Beyond these from the second level (1 MiB and more).
constexpr Size kSlowBytes = Size{384} << 10;
constexpr Size kMostLanes = 512, kFewestGoodLanes = 64;

// Row-major (terms, count) in the order in which the kernel reads: see ProductGroup.
template <class T>
std::shared_ptr<T[]> in_panels(const std::vector<double>& weights, Size terms, Size count) {
  std::shared_ptr<T[]> panels = allocate_aligned<T>(terms * count);
  T* next = panels.get();
  for (Size first = 0; first < count; first += kPanel)
    for (Size k = 0; k < terms; ++k)
      for (Size j = first; j < std::min<Size>(first + kPanel, count); ++j)
        *next++ = static_cast<T>(weights[static_cast<std::size_t>(k * count + j)]);
  return panels;
}

// Row-major (rows, columns), column after column.
template <class T>
std::shared_ptr<T[]> in_columns(const std::vector<double>& table, Size rows, Size columns) {
  std::shared_ptr<T[]> values = allocate_aligned<T>(rows * columns);
  for (Size row = 0; row < rows; ++row)
    for (Size column = 0; column < columns; ++column)
      values[column * rows + row] = static_cast<T>(table[static_cast<std::size_t>(row * columns + column)]);
  return values;
}

}  // namespace

template <class T>
Size Machine<T>::lanes_for(const Program& program) {
  const ProgramText& text = program.text();
  const Size values = text.slots + text.inputs + 3 * text.dim;  // the state, the normals and the update beside it
  const auto fitting = [&](Size bytes) { return bytes / (std::max<Size>(1, values) * Size{sizeof(T)}); };
  Size lanes = fitting(kFastBytes);
  if (lanes < kFewestGoodLanes) lanes = std::min(fitting(kSlowBytes), kFewestGoodLanes);
  return std::clamp(lanes / kLaneBlock * kLaneBlock, kLaneBlock, kMostLanes);
}

template <class T>
Machine<T>::Machine(const Program& program, T* x, Size lanes)
    : program_(program), kernels_(kernels().of<T>()), x_(x), lanes_(lanes) {
  const ProgramText& text = program.text();
  inputs_.at_least(text.inputs * lanes);
  registers_.at_least(text.slots * lanes);
  uniforms_.at_least(program.uniforms() * kUniformWidth);
  Size number = 1;
  for (const double constant : program.constants()) set_uniform(number++, static_cast<T>(constant));
  for (const Instruction& instruction : text.instructions) add(instruction);
  if (program.t_section()) clock_ = std::make_unique<Machine<double>>(*program.t_section(), nullptr, kLaneBlock);
  for (const ValueCode code : text.exports) exports_.push_back(clock_->place(code));
  bind_outputs();
}

template <class T>
void Machine<T>::set_uniform(Size number, T value) {
  std::fill_n(uniforms_.data() + number * kUniformWidth, kUniformWidth, value);
}

template <class T>
T* Machine<T>::place(ValueCode code) {
  const Size dim = program_.text().dim, inputs = program_.text().inputs;
  if (code < 0) return uniforms_.data() + Size{~code} * kUniformWidth;
  if (code < dim) return x_ + code * lanes_;
  if (code < dim + inputs) return inputs_.data() + (code - dim) * lanes_;
  return registers_.data() + (code - dim - inputs) * lanes_;
}

template <class T>
T** Machine<T>::pointers(const ValueCodes& codes) {
  tables_.push_back(std::make_unique<T*[]>(codes.size()));
  T** table = tables_.back().get();
  std::transform(codes.begin(), codes.end(), table, [&](ValueCode code) { return place(code); });
  return table;
}

// Whether a value of the group lies beside the one before it, and its operands beside or at the place of theirs.
template <class T>
bool goes_on(const ElementwiseGroup<T>& group, int operands, std::int32_t value) {
  if (group.out[value] != group.out[value - 1] + group.lanes) return false;
  for (int i = 0; i < operands; ++i)
    if (group.in[i][value] != group.in[i][value - 1] + group.step[i] * group.lanes) return false;
  return true;
}

// Values that lie side by side are one value of more lanes. Short runs of them are not worth a call each.
constexpr std::int32_t kGoodRun = 8;

// The places in the group where a run of such values begins; only the first of the group where they are short.
template <class T>
std::vector<std::int32_t> runs_of(const ElementwiseGroup<T>& group, int operands) {
  std::vector<std::int32_t> begins;
  for (std::int32_t value = 0; value < group.count; ++value)
    if (value == 0 || !goes_on(group, operands, value)) begins.push_back(value);
  return begins;
}

template <class T>
void Machine<T>::add_elementwise(const Instruction& instruction, int number) {
  const Bound<ElementwiseGroup<T>> whole = bind_elementwise(instruction, number);
  const ElementwiseGroup<T>& group = whole.group;
  const int operands = static_cast<int>(instruction.operands.size());
  const std::vector<std::int32_t> begins = runs_of(group, operands);
  if (begins.size() != 1 && begins.size() * kGoodRun > static_cast<std::size_t>(group.count)) {
    calls_.push_back(whole);
    return;
  }
  for (std::size_t run = 0; run < begins.size(); ++run) {
    const std::int32_t first = begins[run], end = run + 1 < begins.size() ? begins[run + 1] : group.count;
    auto joined = whole;
    joined.group.out += first;
    for (int i = 0; i < operands; ++i) joined.group.in[i] += first;
    joined.group.lanes *= end - first;
    joined.group.count = 1;
    calls_.push_back(joined);
  }
}

template <class T>
auto Machine<T>::bind_elementwise(const Instruction& instruction, int number) -> Bound<ElementwiseGroup<T>> {
  ElementwiseGroup<T> group{};
  group.out = pointers(instruction.out);
  group.count = static_cast<std::int32_t>(instruction.out.size());
  group.lanes = lanes_;
  const int operands = static_cast<int>(instruction.operands.size());
  for (int i = 0; i < operands; ++i) {
    const ValueCodes& codes = instruction.operands[static_cast<std::size_t>(i)];
    group.in[i] = pointers(codes);
    group.step[i] = !codes.empty() && codes[0] < 0 ? 0 : 1;
  }
  return {kernels_.elementwise[number][uniform_kind(group, operands)], group};
}

template <class T>
void Machine<T>::add(const Instruction& instruction) {
  if (const int number = operation_number(instruction.operation); number >= 0) add_elementwise(instruction, number);
  else calls_.push_back(bind(instruction));
}

template <class T>
typename Machine<T>::Call Machine<T>::bind(const Instruction& instruction) {
  const std::string& operation = instruction.operation;
  const std::vector<double>& weights = instruction.weights;
  const ValueCodes& codes = instruction.operands[0];
  T** out = pointers(instruction.out);
  T** in = pointers(codes);
  T** second = instruction.operands.size() > 1 ? pointers(instruction.operands[1]) : nullptr;
  const auto count = static_cast<std::int32_t>(instruction.out.size()), all = static_cast<std::int32_t>(codes.size());
  const auto numbers = static_cast<std::int32_t>(weights.size());
  if (const int fold = fold_number(operation); fold >= 0)
    return Bound<FoldGroup<T>>{kernels_.folds[fold], {out, in, count, all / count, lanes_}};
  if (operation == "sincos") return Bound<CircleGroup<T>>{kernels_.sine_and_cosine, {out, in, all, lanes_}};
  if (const int search = search_number(operation); search >= 0) {
    const T* knots = kept(in_columns<T>(weights, numbers, 1));
    return Bound<SearchGroup<T>>{kernels_.searches[search], {out, in, knots, count, numbers, lanes_}};
  }
  if (operation == "take") {
    const std::int32_t width = count / all, rows = numbers / width;
    const T* table = kept(in_columns<T>(weights, rows, width));
    return Bound<TakeGroup<T>>{kernels_.take, {out, in, table, all, width, rows, lanes_}};
  }
  if (operation == "pick")
    return Bound<PickGroup<T>>{kernels_.pick, {out[0], second[0], in, codes[0] < 0 ? 0 : 1, all, lanes_}};
  const T* panels = kept(in_panels<T>(weights, all, count));
  return Bound<ProductGroup<T>>{kernels_.product, {out, in, panels, second, count, all, lanes_}};
}

template <class T>
const T* Machine<T>::kept(std::shared_ptr<T[]> weights) {
  weights_.push_back(std::move(weights));
  return weights_.back().get();
}

// An output is read as (width, lanes): where its values do not lie so, they are copied together at the end.
template <class T>
void Machine<T>::bind_outputs() {
  const ProgramText& text = program_.text();
  Size copied = 0;
  std::vector<bool> in_place;
  for (const ValueCodes& output : text.outputs) {
    bool together = output.empty() || output[0] >= text.dim;  // x itself changes under the hands of the update
    for (std::size_t i = 0; i < output.size(); ++i)
      together = together && output[i] >= 0 && place(output[i]) == place(output[0]) + Size(i) * lanes_;
    in_place.push_back(together);
    if (!together) copied += static_cast<Size>(output.size()) * lanes_;
  }
  T* next = copies_.at_least(copied);
  for (std::size_t number = 0; number < text.outputs.size(); ++number) {
    const ValueCodes& output = text.outputs[number];
    outputs_.push_back(in_place[number] ? (output.empty() ? next : place(output[0])) : next);
    if (in_place[number]) continue;
    for (const ValueCode code : output) {
      auto copy = bind_elementwise({"copy", {0}, {{code}}, {}}, operation_number("copy"));
      tables_.push_back(std::make_unique<T*[]>(1));
      tables_.back()[0] = next;
      copy.group.out = tables_.back().get();
      calls_.push_back(copy);
      next += lanes_;
    }
  }
}

template <class T>
void Machine<T>::load_inputs(const T* rows, Size all, Size first, Size count) {
  const Size inputs = program_.text().inputs;
  for (Size input = 0; input < inputs; ++input) {
    Size from = first % all;
    T* values = inputs_.data() + input * lanes_;
    for (Size lane = 0; lane < lanes_; ++lane) {
      values[lane] = rows[from * inputs + input];
      if (lane < count - 1) from = next_of(from, all);
    }
  }
}

template <class T>
void Machine<T>::run(double t) {
  set_uniform(0, static_cast<T>(t));
  if (clock_) clock_->run(t);
  Size number = 1 + static_cast<Size>(program_.constants().size());
  for (const double* value : exports_) set_uniform(number++, static_cast<T>(*value));
  for (const Call& next : calls_) std::visit([](const auto& call) { call.kernel(call.group); }, next);
}

template class Machine<double>;
template class Machine<float>;

}  // namespace maruyama
