#include "bind/callback.hpp"

#include <cstring>

#include "bind/arrays.hpp"

namespace maruyama {

namespace {

constexpr int kWriteable = 0x0400;  // NPY_ARRAY_WRITEABLE

py::detail::PyArray_Proxy* fields_of(PyObject* array) { return py::detail::array_proxy(array); }

// A read-only array over memory that lives as long as the array does.
template <class T>
py::array read_only_view(const Tile<T>& tile) {
  auto* owner = new std::shared_ptr<T[]>(tile.memory);
  py::capsule keep(owner, [](void* p) { delete static_cast<std::shared_ptr<T[]>*>(p); });
  py::array_t<T> view({tile.rows, tile.dim}, tile.x, keep);
  fields_of(view.ptr())->flags &= ~kWriteable;
  return std::move(view);
}

// Whether nobody has set another shape, strides or dtype of the array meanwhile.
template <class T>
bool is_as_made(PyObject* x, const Tile<T>& tile, const void* dtype) {
  const auto* array = fields_of(x);
  return array->descr == dtype && array->nd == 2 && array->dimensions[0] == tile.rows &&
         array->dimensions[1] == tile.dim &&
         (tile.values() == 0 || (array->strides[1] == static_cast<Py_ssize_t>(sizeof(T)) &&
                                 array->strides[0] == tile.dim * static_cast<Py_ssize_t>(sizeof(T)))) &&
         (array->flags & kWriteable) == 0;
}

Size width_of(const std::vector<Size>& tail) {
  Size width = 1;
  for (const Size size : tail) {
    require(size >= 0, "a size of tail is negative");
    width = checked_product(width, size);
  }
  return width;
}

}  // namespace

Callback::Callback(py::object function, py::object conform, py::object arguments, std::vector<Size> tail)
    : function_(std::move(function)),
      conform_(std::move(conform)),
      arguments_(std::move(arguments)),
      tail_(std::move(tail)),
      width_(width_of(tail_)),
      context_(py::reinterpret_steal<py::object>(PyContext_CopyCurrent())) {
  if (!context_) throw py::error_already_set();
}

template <class T>
CallbackEvaluator<T>::CallbackEvaluator(const Callback& field, Monitor& monitor) : field_(field), monitor_(monitor) {
  if (std::this_thread::get_id() == field.caller_) return;
  PythonTurn turn(*field_.turn_, monitor_);
  thread_.join(field.context_.ptr());
}

template <class T>
CallbackEvaluator<T>::~CallbackEvaluator() {
  PythonTurn turn(*field_.turn_, monitor_, PythonTurn::Whatever{});
  for (py::object* object : {&x_, &arguments_, &result_}) drop(*object);
  thread_.leave();
}

template <class T>
void CallbackEvaluator<T>::begin(Tile<T>& tile) {
  PythonTurn turn(*field_.turn_, monitor_);
  shown_ = nullptr;
  drop(arguments_);
  const py::int_ first(tile.first_row), end(tile.first_row + tile.rows);
  arguments_ = field_.arguments_.is_none() ? py::tuple() : call_python(field_.arguments_, {first.ptr(), end.ptr()});
  require(PyTuple_Check(arguments_.ptr()), "arguments did not return a tuple");
}

template <class T>
Values<T> CallbackEvaluator<T>::operator()(Tile<T>& tile, double t) {
  PythonTurn turn(*field_.turn_, monitor_);
  drop(result_);
  show(tile);
  const T* values = take(tile, call(t));
  if (Py_REFCNT(x_.ptr()) > 1) tile.detach();  // the function kept x: what it kept stays as it is
  if (monitor_.on_starting_thread()) check_signals();
  if (monitor_.forked()) throw Stopped(kForked);
  return {values, false};
}

template <class T>
void CallbackEvaluator<T>::show(Tile<T>& tile) {
  if (shown_ == tile.x && is_as_made(x_.ptr(), tile, dtype_)) return;
  x_ = read_only_view(tile);
  dtype_ = fields_of(x_.ptr())->descr;
  shown_ = tile.x;
}

template <class T>
py::object CallbackEvaluator<T>::call(double t) {
  const py::float_ time(t);
  stack_.assign({x_.ptr(), time.ptr()});
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(arguments_.ptr()); ++i)
    stack_.push_back(PyTuple_GET_ITEM(arguments_.ptr(), i));
  return call_python(field_.function_, stack_.data(), stack_.size());
}

template <class T>
const T* CallbackEvaluator<T>::take(Tile<T>& tile, py::object result) {
  const bool in_place = can_be_read_in_place(result.ptr(), tile.rows);
  if (in_place && !field_.is_in_doubt(tile.rows)) {
    result_ = std::move(result);
    return static_cast<const T*>(static_cast<const void*>(fields_of(result_.ptr())->data));
  }
  const py::int_ rows(tile.rows);
  const py::object conformed = call_python(field_.conform_, {result.ptr(), rows.ptr()});
  const T* values = copy(conformed, tile.rows);
  if (in_place) field_.asked_ = true;
  drop(result);
  return values;
}

// Whether the result is already what is wanted, and ours alone: nobody else can write to it, and it is no part of x.
template <class T>
bool CallbackEvaluator<T>::can_be_read_in_place(PyObject* result, Size rows) const {
  const auto& api = py::detail::npy_api::get();
  if (Py_TYPE(result) != api.PyArray_Type_ || Py_REFCNT(result) != 1) return false;
  const auto* array = fields_of(result);
  constexpr int wanted = py::detail::npy_api::NPY_ARRAY_C_CONTIGUOUS_ | py::detail::npy_api::NPY_ARRAY_ALIGNED_ |
                         py::detail::npy_api::NPY_ARRAY_OWNDATA_;
  if ((array->flags & wanted) != wanted || array->base != nullptr) return false;
  if (array->nd != static_cast<int>(field_.tail_.size()) + 1 || array->dimensions[0] != rows) return false;
  for (std::size_t i = 0; i < field_.tail_.size(); ++i)
    if (array->dimensions[i + 1] != field_.tail_[i]) return false;
  return api.PyArray_EquivTypes_(array->descr, py::dtype::of<T>().ptr());
}

template <class T>
const T* CallbackEvaluator<T>::copy(const py::object& conformed, Size rows) {
  require(py::isinstance<py::array_t<T, py::array::c_style>>(conformed),
          "what conform returned is not a C-contiguous array of the run's dtype");
  const auto values = py::reinterpret_borrow<py::array>(conformed);
  require(values.size() == checked_product(rows, field_.width_), "what conform returned is not (rows, width)");
  T* out = values_.at_least(values.size());
  if (values.size() > 0) std::memcpy(out, values.data(), static_cast<std::size_t>(values.size()) * sizeof(T));
  return out;
}

template class CallbackEvaluator<double>;
template class CallbackEvaluator<float>;

}  // namespace maruyama
